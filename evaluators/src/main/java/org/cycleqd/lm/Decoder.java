package org.cycleqd.lm;

import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * Many sequences on one model at a time, over a key-value cache that is allocated once.
 *
 * <p>Work goes on in turns. A turn computes prompts, with their drafts, in one pass over tokens of
 * sequences of any lengths, or decodes a stretch for all sequences that are under way. When some
 * end, waiting ones take their places (continuous batching, Yu et al., OSDI 2022). A sequence that
 * starts like one that is cached takes its start from there: a prompt that is common to all
 * questions is computed once, and a dialogue goes on where it was. Drafts, or continuations to be
 * scored, are verified in the pass that computes their prompt (as in speculative decoding,
 * Leviathan et al., arXiv 2211.17192, with equality of the chosen tokens as the test): what is
 * generated is what it would be without them.
 *
 * <p>Requests may come from any thread, also while others are worked on; turns belong to one
 * thread.
 */
public final class Decoder implements AutoCloseable {

  /** Steps after which a decoding loop looks for new requests. */
  private static final int STRETCH = 32;

  private final LiveModel model;
  private final KeyValueCache cache;
  private final WaitingRows waiting = new WaitingRows();
  private final List<Row> active = new ArrayList<>();
  private Work work = Work.none();

  /**
   * Allocates the cache.
   *
   * @param rows most sequences at a time
   * @param capacity most tokens of a sequence, prompt and answer together
   */
  public Decoder(LiveModel model, int rows, int capacity) {
    if (rows < 1 || capacity < 1 || capacity > model.runtime().positions()) {
      throw new IllegalArgumentException(
          "rows %d and capacity %d: expected at least 1 row and 1 to %d positions"
              .formatted(rows, capacity, model.runtime().positions()));
    }
    this.model = model;
    this.cache = new KeyValueCache(model, rows, capacity);
  }

  /** Most sequences at a time. */
  public int rows() {
    return cache.slots().count();
  }

  /** Most tokens of a sequence. */
  public int capacity() {
    return cache.capacity();
  }

  /** What was done so far. */
  public Work work() {
    return work;
  }

  /** How many requests have not begun. */
  public int waiting() {
    return waiting.size();
  }

  /**
   * Asks for an answer.
   *
   * @throws IllegalArgumentException if prompt and answer do not fit
   */
  public CompletableFuture<Answer> submit(Request request, Generation generation) {
    return submit(request, generation, Detail.NONE);
  }

  /**
   * Asks for an answer.
   *
   * @throws IllegalArgumentException if prompt and answer do not fit
   */
  public CompletableFuture<Answer> submit(Request request, Generation generation, Detail detail) {
    return enqueue(request, generation, detail, Optional.empty());
  }

  /**
   * Asks for an answer. Cancelling it frees its place after the turn.
   *
   * @param listener told each token as soon as it is known, on the thread of the turns
   * @throws IllegalArgumentException if prompt and answer do not fit
   */
  public CompletableFuture<Answer> submit(
      Request request, Generation generation, Detail detail, Consumer<Token> listener) {
    return enqueue(request, generation, detail, Optional.of(listener));
  }

  private CompletableFuture<Answer> enqueue(
      Request request, Generation generation, Detail detail, Optional<Consumer<Token>> listener) {
    requireFits(request.prompt().length, generation.limit());
    Row row = Row.answering(request, generation, detail, listener);
    waiting.add(row);
    return row.answer();
  }

  /**
   * Asks how probable a continuation is.
   *
   * @param alternatives how many of the most probable tokens are wanted at each place
   * @throws IllegalArgumentException if it does not fit
   */
  public CompletableFuture<Likelihood> score(Continuation continuation, int alternatives) {
    requireFits(continuation.prompt().length, continuation.ids().length);
    Row row = Row.scoring(continuation, alternatives);
    waiting.add(row);
    return row.likelihood();
  }

  private void requireFits(int prompt, int limit) {
    if ((long) prompt + limit > capacity()) {
      throw new IllegalArgumentException(
          "a prompt of %d tokens and an answer of up to %d do not fit into %d positions"
              .formatted(prompt, limit, capacity()));
    }
  }

  /**
   * Forgets what is cached; to be called when the weights have changed and nothing is under way.
   */
  public void forget() {
    cache.forget();
  }

  /** Works until nothing is left to do. */
  public void drain() {
    while (turn()) {
      // Each turn does some of the work.
    }
  }

  /**
   * Does some of the work. Where libtorch refuses it, all that is under way fails.
   *
   * @return whether there was any
   */
  public boolean turn() {
    try (NDManager step = cache.step()) {
      dropCancelled();
      int queued = waiting();
      int few = Math.max(1, rows() / 8);
      boolean enough = cache.slots().free() >= Math.min(queued, few);
      if (queued > 0 && (active.isEmpty() || enough)) {
        begin(step, waiting.take(cache));
        return true;
      }
      if (active.isEmpty()) {
        return false;
      }
      goOn(step, queued);
      return true;
    } catch (RuntimeException e) {
      active.clear();
      cache.evict().forEach(row -> row.fail(e));
      throw e;
    }
  }

  private void dropCancelled() {
    waiting.dropCancelled();
    for (Row row : List.copyOf(active)) {
      if (row.isCancelled()) {
        finish(row, row.cached());
      }
    }
  }

  private void begin(NDManager step, List<WaitingRows.Start> starts) {
    // Sequences that look alike share an attention product.
    starts.sort(
        Comparator.comparingInt(WaitingRows.Start::cached)
            .thenComparingInt(WaitingRows.Start::fresh));
    Pass pass = new Pass();
    for (WaitingRows.Start start : starts) {
      pass.add(start.row(), start.text(), start.cached());
    }
    Predictions found = pass.run(step, model, cache);
    int from = 0;
    for (WaitingRows.Start start : starts) {
      Row row = start.row();
      int fresh = row.promptLength() - start.cached();
      work = work.plus(new Work(fresh, row.forcedLength(), start.cached(), 0, 0));
      boolean done = row.verify(found, from);
      from += row.wanted();
      if (done) {
        // A draft that was refused in part leaves a cache that is right up to there.
        finish(row, row.length() == 0 ? start.text() : row.cached());
      } else {
        active.add(row);
        cache.slots().note(row.slot(), row.cached());
      }
    }
  }

  private void finish(Row row, int[] content) {
    active.remove(row);
    cache.slots().release(row.slot(), content);
  }

  private void goOn(NDManager step, int queued) {
    List<Row> rows = cache.arranged(step, active);
    int count = rows.size();
    int stop = Math.max(1, count / (queued == 0 ? 4 : 8));
    Stretch.Tokens found = new Stretch(rows, STRETCH, stop).run(step, model, cache);
    for (int r = 0; r < count; r++) {
      Row row = rows.get(r);
      boolean done = false;
      for (int t = 0; t < found.steps() && !done; t++) {
        done = row.take(found.token(r, t, row.detail()));
      }
      if (done) {
        finish(row, row.cached());
      } else {
        cache.slots().note(row.slot(), row.cached());
      }
    }
    work = work.plus(new Work(0, 0, 0, found.steps(), (long) count * found.steps()));
  }

  /** Frees the cache; requests that wait or are under way are cancelled. */
  @Override
  public void close() {
    waiting.clear().forEach(Row::cancel);
    active.clear();
    cache.evict().forEach(Row::cancel);
    cache.close();
  }
}
