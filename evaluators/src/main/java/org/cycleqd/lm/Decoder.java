package org.cycleqd.lm;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

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

  /** Tokens of one pass: few enough for a layer's activations to stay in the cache. */
  private static final int TILE = 2048;

  /** Shorter common starts are computed again. */
  private static final int SHARED = 16;

  /** Steps after which a decoding loop looks for new requests. */
  private static final int STRETCH = 32;

  private final LiveModel model;
  private final NDManager manager;
  private final int capacity;
  private final Slots slots;
  private final NDList keys;
  private final NDList values;
  private final NDArray steps;
  private final Deque<Row> waiting = new ArrayDeque<>();
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
    this.capacity = capacity;
    this.slots = new Slots(rows);
    this.manager = model.runtime().placement().newManager();
    this.keys = call("cache", rows, capacity, model.weights());
    this.values = call("cache", rows, capacity, model.weights());
    long[] numbers = new long[capacity];
    Arrays.setAll(numbers, i -> i);
    this.steps = manager.create(numbers);
    manager.cap();
  }

  private NDList call(String method, Object... arguments) {
    return model.runtime().program().call(manager, method, arguments);
  }

  /** Most sequences at a time. */
  public int rows() {
    return slots.count();
  }

  /** Most tokens of a sequence. */
  public int capacity() {
    return capacity;
  }

  /** What was done so far. */
  public Work work() {
    return work;
  }

  /**
   * Asks for an answer.
   *
   * @throws IllegalArgumentException if prompt and answer do not fit
   */
  public CompletableFuture<Answer> submit(Request request, Generation generation) {
    return enqueue(request, generation, false, Optional.empty());
  }

  /**
   * Asks for an answer.
   *
   * @param logProbabilities whether the tokens' log-probabilities are wanted
   * @throws IllegalArgumentException if prompt and answer do not fit
   */
  public CompletableFuture<Answer> submit(
      Request request, Generation generation, boolean logProbabilities) {
    return enqueue(request, generation, logProbabilities, Optional.empty());
  }

  /**
   * Asks for an answer. Cancelling it frees its place after the turn.
   *
   * @param logProbabilities whether the tokens' log-probabilities are wanted
   * @param listener told each token as soon as it is known, on the thread of the turns
   * @throws IllegalArgumentException if prompt and answer do not fit
   */
  public CompletableFuture<Answer> submit(
      Request request, Generation generation, boolean logProbabilities, IntConsumer listener) {
    return enqueue(request, generation, logProbabilities, Optional.of(listener));
  }

  private CompletableFuture<Answer> enqueue(
      Request request,
      Generation generation,
      boolean logProbabilities,
      Optional<IntConsumer> listener) {
    requireFits(request.prompt().length, generation.limit());
    Row row = Row.answering(request, generation, logProbabilities, listener);
    enqueue(row);
    return row.answer();
  }

  /**
   * Asks how probable a continuation is.
   *
   * @param prompt at least one token
   * @param continuation at least one token
   * @throws IllegalArgumentException if one is empty, or they do not fit
   */
  public CompletableFuture<Likelihood> score(int[] prompt, int[] continuation) {
    if (prompt.length == 0 || continuation.length == 0) {
      throw new IllegalArgumentException(
          "a prompt of %d and a continuation of %d tokens, expected at least one of each"
              .formatted(prompt.length, continuation.length));
    }
    requireFits(prompt.length, continuation.length);
    Row row = Row.scoring(prompt, continuation);
    enqueue(row);
    return row.likelihood();
  }

  private void requireFits(int prompt, int limit) {
    if ((long) prompt + limit > capacity) {
      throw new IllegalArgumentException(
          "a prompt of %d tokens and an answer of up to %d do not fit into %d positions"
              .formatted(prompt, limit, capacity));
    }
  }

  private void enqueue(Row row) {
    synchronized (waiting) {
      waiting.add(row);
    }
  }

  /**
   * Forgets what is cached; to be called when the weights have changed and nothing is under way.
   */
  public void forget() {
    slots.forget();
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
    try (NDManager step = manager.newSubManager()) {
      dropCancelled();
      int queued = waiting();
      boolean enough = slots.free() >= Math.min(queued, Math.max(1, slots.count() / 8));
      if (queued > 0 && (active.isEmpty() || enough)) {
        begin(step, picked());
        return true;
      }
      if (active.isEmpty()) {
        return false;
      }
      goOn(step, queued);
      return true;
    } catch (RuntimeException e) {
      abandon(e);
      throw e;
    }
  }

  /** How many requests have not begun. */
  public int waiting() {
    synchronized (waiting) {
      return waiting.size();
    }
  }

  private void dropCancelled() {
    synchronized (waiting) {
      waiting.removeIf(Row::isCancelled);
    }
    for (Row row : List.copyOf(active)) {
      if (row.isCancelled()) {
        finish(row, row.cached());
      }
    }
  }

  private void abandon(RuntimeException cause) {
    List<Row> rows = new ArrayList<>(active);
    for (int slot = 0; slot < slots.count(); slot++) {
      Row user = slots.user(slot);
      if (user != null) {
        rows.add(user);
        slots.release(slot, new int[0]);
      }
    }
    active.clear();
    slots.forget();
    rows.forEach(row -> row.fail(cause));
  }

  /** A row with the tokens that have to be computed for it. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Start(Row row, int[] text, int cached) {
    int fresh() {
      return text.length - cached;
    }
  }

  /**
   * The rows of the next pass. One that starts like another of them waits for a later pass, in
   * which it finds that start in the cache.
   */
  private List<Start> picked() {
    List<Start> starts = new ArrayList<>();
    int tokens = 0;
    synchronized (waiting) {
      Iterator<Row> rows = waiting.iterator();
      while (rows.hasNext() && slots.free() > 0) {
        Row row = rows.next();
        int[] text = row.text();
        Slots.Match match = slots.longest(text);
        int cached = Math.min(match.length(), row.promptLength() - 1);
        if (cached < SHARED) {
          cached = 0;
        }
        if (!starts.isEmpty()
            && (tokens + text.length - cached > TILE || awaits(starts, row, text, cached))) {
          if (tokens + text.length - cached > TILE) {
            break;
          }
          continue;
        }
        rows.remove();
        tokens += text.length - cached;
        starts.add(place(row, text, match.slot(), cached));
      }
    }
    return starts;
  }

  private static boolean awaits(List<Start> starts, Row row, int[] text, int cached) {
    for (Start start : starts) {
      int common = Math.min(Slots.common(start.text(), text), row.promptLength() - 1);
      if (common >= cached + SHARED) {
        return true;
      }
    }
    return false;
  }

  private Start place(Row row, int[] text, int source, int cached) {
    boolean free = cached > 0 && slots.user(source) == null;
    int slot = free ? source : slots.oldest();
    // From here on the row is known to be under way, whatever happens.
    slots.take(slot, row, new int[0]);
    if (cached > 0 && !free) {
      slots.touch(source);
      try (NDManager step = manager.newSubManager()) {
        NDArray target = step.create(new long[] {slot});
        model.runtime().program().call(step, "share", source, target, cached, keys, values);
      }
    }
    slots.note(slot, Arrays.copyOf(text, cached));
    return new Start(row, text, cached);
  }

  private void begin(NDManager step, List<Start> starts) {
    // Sequences that look alike share an attention product.
    starts.sort(Comparator.comparingInt(Start::cached).thenComparingInt(Start::fresh));
    Pass pass = new Pass();
    for (Start start : starts) {
      pass.add(start.row(), start.text(), start.cached());
      work =
          work.plus(
              new Work(
                  start.row().promptLength() - start.cached(),
                  start.row().forcedLength(),
                  start.cached(),
                  0,
                  0));
    }
    Pass.Predictions found = pass.run(step, model, steps, keys, values);
    int from = 0;
    for (Start start : starts) {
      Row row = start.row();
      boolean done = row.verify(found.chosen(), found.own(), found.given(), from);
      from += row.wanted();
      if (done) {
        // A draft that was refused in part leaves a cache that is right up to there.
        finish(row, row.length() == 0 ? start.text() : row.cached());
      } else {
        active.add(row);
        slots.note(row.slot(), row.cached());
      }
    }
  }

  private void finish(Row row, int[] content) {
    active.remove(row);
    slots.release(row.slot(), content);
  }

  /** Decodes a stretch. The rows have to be in the first slots. */
  private void goOn(NDManager step, int queued) {
    arrange(step);
    int count = active.size();
    @Nullable Row[] rows = new @Nullable Row[count];
    for (Row row : active) {
      rows[row.slot()] = row;
    }
    List<Row> ordered = new ArrayList<>();
    for (Row row : rows) {
      ordered.add(Objects.requireNonNull(row));
    }
    int stop = Math.max(1, count / (queued == 0 ? 4 : 8));
    Stretch stretch = new Stretch(ordered, STRETCH, stop);
    Stretch.Tokens found = stretch.run(step, model, steps, keys, values);
    for (int r = 0; r < count; r++) {
      Row row = ordered.get(r);
      boolean done = false;
      for (int t = 0; t < found.steps() && !done; t++) {
        done = row.take(found.token(r, t), found.logProbability(r, t));
      }
      if (done) {
        finish(row, row.cached());
      } else {
        slots.note(row.slot(), row.cached());
      }
    }
    work = work.plus(new Work(0, 0, 0, found.steps(), (long) count * found.steps()));
  }

  private void arrange(NDManager step) {
    int count = active.size();
    int hole = 0;
    for (Row row : active) {
      if (row.slot() >= count) {
        while (slots.user(hole) != null) {
          hole++;
        }
        NDArray pair = step.create(new long[] {hole, row.slot()});
        int length = Math.max(1, slots.swap(hole, row.slot()));
        model.runtime().program().call(step, "swap", pair, length, keys, values);
      }
    }
  }

  /** Frees the cache; requests that wait or are under way are cancelled. */
  @Override
  public void close() {
    synchronized (waiting) {
      active.addAll(waiting);
      waiting.clear();
    }
    active.forEach(row -> {
      row.answer().cancel(false);
      row.likelihood().cancel(false);
    });
    active.clear();
    manager.close();
  }
}
