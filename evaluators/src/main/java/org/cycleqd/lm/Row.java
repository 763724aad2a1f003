package org.cycleqd.lm;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.IntPredicate;

/** A sequence on its way through a {@link Decoder}: what is known of it, and where it is cached. */
final class Row {

  private final int[] prompt;
  private final int[] forced;
  private final Generation generation;
  private final boolean generates;
  private final Detail detail;
  private final Optional<Consumer<Token>> listener;
  private final CompletableFuture<Answer> answer = new CompletableFuture<>();
  private final CompletableFuture<Likelihood> likelihood = new CompletableFuture<>();
  private final List<Alternatives> alternatives = new ArrayList<>();
  private int[] ids = new int[8];
  private float[] logProbabilities = {};
  private final IntPredicate stop;
  private int length;
  private int slot = -1;

  private Row(
      int[] prompt,
      int[] forced,
      Generation generation,
      boolean generates,
      Detail detail,
      Optional<Consumer<Token>> listener) {
    this.prompt = prompt;
    this.forced = forced;
    this.generation = generation;
    this.generates = generates;
    this.detail = detail;
    this.listener = listener;
    this.stop = generation.stop().get();
  }

  /** A sequence that is answered. */
  static Row answering(
      Request request, Generation generation, Detail detail, Optional<Consumer<Token>> listener) {
    int[] draft = usable(request.draft(), generation);
    return new Row(request.prompt(), draft, generation, true, detail, listener);
  }

  /** A sequence whose continuation is given. */
  static Row scoring(Continuation continuation, int alternatives) {
    Generation none = Generation.greedy(continuation.ids().length, Set.of());
    Detail detail = new Detail(true, alternatives);
    return new Row(
        continuation.prompt(), continuation.ids(), none, false, detail, Optional.empty());
  }

  /** A draft ends with its first end token and is no longer than the answer may be. */
  private static int[] usable(int[] draft, Generation generation) {
    int length = Math.min(draft.length, generation.limit());
    for (int i = 0; i < length; i++) {
      if (generation.ends().contains(draft[i])) {
        return Arrays.copyOf(draft, i + 1);
      }
    }
    return Arrays.copyOf(draft, length);
  }

  /** Everything that the first pass computes: prompt, and draft or continuation. */
  int[] text() {
    int[] text = Arrays.copyOf(prompt, prompt.length + forced.length);
    System.arraycopy(forced, 0, text, prompt.length, forced.length);
    return text;
  }

  int promptLength() {
    return prompt.length;
  }

  int forcedLength() {
    return forced.length;
  }

  /** The given token after so many others of the answer, 0 if there is none. */
  int forced(int number) {
    return number < forced.length ? forced[number] : 0;
  }

  /** How many predictions are wanted of the first pass. */
  int wanted() {
    return generates ? forced.length + 1 : forced.length;
  }

  Generation generation() {
    return generation;
  }

  Detail detail() {
    return detail;
  }

  /** Whether somebody waits for every token. */
  boolean streams() {
    return listener.isPresent();
  }

  CompletableFuture<Answer> answer() {
    return answer;
  }

  CompletableFuture<Likelihood> likelihood() {
    return likelihood;
  }

  int slot() {
    return slot;
  }

  void place(int newSlot) {
    slot = newSlot;
  }

  /** How many tokens of the answer there are. */
  int length() {
    return length;
  }

  int last() {
    return ids[length - 1];
  }

  int left() {
    return generation.limit() - length;
  }

  /** What of the text the cache holds: all but the last token of the answer. */
  int[] cached() {
    int[] cached = Arrays.copyOf(prompt, prompt.length + length - 1);
    System.arraycopy(ids, 0, cached, prompt.length, length - 1);
    return cached;
  }

  boolean isCancelled() {
    return answer.isCancelled() || likelihood.isCancelled();
  }

  void cancel() {
    answer.cancel(false);
    likelihood.cancel(false);
  }

  /**
   * Takes what the first pass predicts behind the prompt and each given token.
   *
   * @param from the row's first place
   * @return whether the row is done
   */
  boolean verify(Predictions found, int from) {
    if (!generates) {
      likelihood.complete(scored(found, from));
      return true;
    }
    for (int i = 0; i <= forced.length; i++) {
      Token token = found.token(from + i, detail);
      if (take(token)) {
        return true;
      }
      if (i < forced.length && token.id() != forced[i]) {
        return false;
      }
    }
    return false;
  }

  private Likelihood scored(Predictions found, int from) {
    boolean greedy = true;
    for (int i = 0; i < forced.length; i++) {
      greedy &= found.chosen()[from + i] == forced[i];
      if (detail.alternatives() > 0) {
        alternatives.add(found.alternatives(from + i, detail));
      }
    }
    float[] given = Arrays.copyOfRange(found.given(), from, from + forced.length);
    return new Likelihood(given, alternatives, greedy);
  }

  /** Takes the next token; returns whether it was the last. */
  boolean take(Token token) {
    if (length == ids.length) {
      ids = Arrays.copyOf(ids, 2 * length);
    }
    ids[length] = token.id();
    if (detail.logProbabilities()) {
      if (logProbabilities.length < ids.length) {
        logProbabilities = Arrays.copyOf(logProbabilities, ids.length);
      }
      logProbabilities[length] = token.logProbability();
    }
    if (detail.alternatives() > 0) {
      alternatives.add(token.alternatives());
    }
    length++;
    listener.ifPresent(of -> of.accept(token));
    boolean stopped = stop.test(token.id());
    boolean ended = stopped || generation.ends().contains(token.id());
    if (ended || length == generation.limit()) {
      int known = detail.logProbabilities() ? length : 0;
      answer.complete(
          new Answer(
              Arrays.copyOf(ids, length),
              Arrays.copyOf(logProbabilities, known),
              alternatives,
              ended));
      return true;
    }
    return false;
  }

  void fail(RuntimeException cause) {
    answer.completeExceptionally(cause);
    likelihood.completeExceptionally(cause);
  }
}
