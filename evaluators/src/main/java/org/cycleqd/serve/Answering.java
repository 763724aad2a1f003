package org.cycleqd.serve;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import org.cycleqd.lm.Answer;
import org.cycleqd.lm.DecodingLoop;
import org.cycleqd.lm.Detail;
import org.cycleqd.lm.Generation;
import org.cycleqd.lm.Request;
import org.cycleqd.lm.Sampling;
import org.cycleqd.lm.Token;
import org.cycleqd.lm.text.StreamDecoder;
import org.cycleqd.random.Draws;

/** The answers to the prompts of one request, as they come. */
final class Answering {

  private final ServedModel model;
  private final Wish wish;
  private final long seed;
  private final List<Voice> voices = new ArrayList<>();
  private final List<CompletableFuture<Answer>> answers = new ArrayList<>();
  private final BlockingQueue<News> news = new LinkedBlockingQueue<>();
  private int promptTokens;

  /** What the decoding thread tells. */
  private sealed interface News {

    int choice();

    record Said(int choice, Token token) implements News {}

    record Answered(int choice, Answer answer) implements News {}

    record Failed(int choice, Throwable cause) implements News {}
  }

  /** Who gets the pieces. */
  @FunctionalInterface
  interface Sink {

    /**
     * Takes a piece.
     *
     * @throws IOException if the client is gone, so that nobody wants the rest
     */
    void accept(Piece piece) throws IOException;
  }

  /**
   * Prepares answers.
   *
   * @param seed of the draws, for a request that names none
   */
  Answering(ServedModel model, Wish wish, long seed) {
    this.model = model;
    this.wish = wish;
    this.seed = wish.seed().orElse(seed);
  }

  /**
   * Asks for all answers to a prompt; to be called for each prompt before any piece is taken.
   *
   * @param limit most new tokens
   */
  @SuppressWarnings("FutureReturnValueIgnored") // the queue is told of every end
  void ask(int[] prompt, int limit) throws ApiException {
    require(model.loop(), prompt, limit);
    promptTokens += prompt.length;
    Set<Integer> ends = model.ends();
    for (int i = 0; i < wish.choices(); i++) {
      int choice = voices.size();
      voices.add(new Voice(choice, behind(prompt), wish.stop(), ends));
      long own = i == 0 ? seed : Draws.at(seed, "choice").bits(i);
      Sampling sampling = new Sampling(wish.temperature(), wish.topP(), own);
      Generation generation = new Generation(limit, ends, sampling);
      Request request = new Request(prompt, new int[0]);
      Detail detail = detail(wish.alternatives());
      // Hearing every token costs all others a little, so it is for those who need it.
      CompletableFuture<Answer> answer =
          wish.stream() || !wish.stop().isEmpty()
              ? model
                  .loop()
                  .submit(
                      request, generation, detail, token -> news.add(new News.Said(choice, token)))
              : model.loop().submit(request, generation, detail);
      answers.add(answer);
      answer.whenComplete((found, failure) ->
          news.add(
              failure == null
                  ? new News.Answered(choice, found)
                  : new News.Failed(choice, failure)));
    }
  }

  /** Decodes what follows a prompt: no space goes from its beginning. */
  private StreamDecoder behind(int[] prompt) {
    StreamDecoder decoder = model.tokenizer().stream(true);
    for (int id : prompt) {
      decoder.push(id);
    }
    return decoder;
  }

  static Detail detail(OptionalInt alternatives) {
    return alternatives.isPresent() ? new Detail(true, alternatives.getAsInt()) : Detail.NONE;
  }

  static void require(DecodingLoop loop, int[] prompt, int limit) throws ApiException {
    if ((long) prompt.length + limit > loop.capacity()) {
      throw ApiException.of(
          400,
          "max_tokens: found %d behind a prompt of %d tokens, expected no more than %d in all, the context"
              .formatted(limit, prompt.length, loop.capacity()));
    }
  }

  /** How many answers there will be. */
  int choices() {
    return voices.size();
  }

  /** Passes on all pieces until the last answer is over. */
  Usage run(Sink sink) throws ApiException, IOException, InterruptedException {
    try {
      int open = voices.size();
      while (open > 0) {
        News next = news.take();
        Voice voice = voices.get(next.choice());
        if (voice.over()) {
          continue;
        }
        Piece piece =
            switch (next) {
              case News.Said(_, Token token) -> voice.take(token);
              case News.Answered(_, Answer answer) -> voice.finish(answer);
              case News.Failed(_, Throwable cause) -> throw failure(cause);
            };
        if (voice.over()) {
          open--;
          answers.get(next.choice()).cancel(false);
        }
        sink.accept(piece);
      }
      return new Usage(promptTokens, voices.stream().mapToInt(Voice::heard).sum());
    } finally {
      cancel();
    }
  }

  /** Gives all places away; to be called if the answers are not wanted any more. */
  void cancel() {
    answers.forEach(answer -> answer.cancel(false));
  }

  static ApiException failure(Throwable cause) {
    return cause instanceof CancellationException
        ? ApiException.of(503, "the server is shutting down")
        : ApiException.of(500, "the model failed: " + cause.getMessage());
  }
}
