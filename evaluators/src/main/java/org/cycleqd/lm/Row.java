package org.cycleqd.lm;

import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntConsumer;

/** A sequence on its way through a {@link Decoder}: what is known of it, and where it is cached. */
final class Row {

  private final int[] prompt;
  private final int[] forced;
  private final Generation generation;
  private final boolean scored;
  private final Optional<IntConsumer> listener;
  private final CompletableFuture<Answer> answer = new CompletableFuture<>();
  private final CompletableFuture<Likelihood> likelihood = new CompletableFuture<>();
  private final boolean generates;
  private int[] ids = new int[8];
  private float[] logProbabilities = {};
  private int length;
  private int slot = -1;

  private Row(
      int[] prompt,
      int[] forced,
      Generation generation,
      boolean generates,
      boolean scored,
      Optional<IntConsumer> listener) {
    this.prompt = prompt;
    this.forced = forced;
    this.generation = generation;
    this.generates = generates;
    this.scored = scored;
    this.listener = listener;
  }

  /** A sequence that is answered. */
  static Row answering(
      Request request, Generation generation, boolean scored, Optional<IntConsumer> listener) {
    return new Row(
        request.prompt(), usable(request.draft(), generation), generation, true, scored, listener);
  }

  /** A sequence whose continuation is given. */
  static Row scoring(int[] prompt, int[] continuation) {
    Generation none = Generation.greedy(continuation.length, Set.of());
    return new Row(prompt, continuation, none, false, true, Optional.empty());
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

  boolean scored() {
    return scored;
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

  /**
   * Takes what the first pass predicts behind the prompt and each given token.
   *
   * @param own log-probabilities of the chosen tokens, given ones' of the given tokens
   * @return whether the row is done
   */
  boolean verify(long[] chosen, float[] own, float[] given, int from) {
    if (!generates) {
      boolean greedy = true;
      for (int i = 0; i < forced.length; i++) {
        greedy &= chosen[from + i] == forced[i];
      }
      likelihood.complete(
          new Likelihood(Arrays.copyOfRange(given, from, from + forced.length), greedy));
      return true;
    }
    for (int i = 0; i <= forced.length; i++) {
      int token = (int) chosen[from + i];
      if (take(token, scored ? own[from + i] : 0)) {
        return true;
      }
      if (i < forced.length && token != forced[i]) {
        return false;
      }
    }
    return false;
  }

  /** Takes the next token; returns whether it was the last. */
  boolean take(int token, float logProbability) {
    if (length == ids.length) {
      ids = Arrays.copyOf(ids, 2 * length);
    }
    ids[length] = token;
    if (scored) {
      if (logProbabilities.length < ids.length) {
        logProbabilities = Arrays.copyOf(logProbabilities, ids.length);
      }
      logProbabilities[length] = logProbability;
    }
    length++;
    listener.ifPresent(of -> of.accept(token));
    boolean ended = generation.ends().contains(token);
    if (ended || length == generation.limit()) {
      answer.complete(
          new Answer(
              Arrays.copyOf(ids, length),
              Arrays.copyOf(logProbabilities, scored ? length : 0),
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
