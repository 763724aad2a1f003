package org.cycleqd.lm;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.cycleqd.lm.step.CompiledSteps;
import org.cycleqd.torch.TorchRuntime;
import org.jspecify.annotations.Nullable;

/** Keys and values of some sequences, allocated once, and which tokens they belong to. */
final class KeyValueCache implements AutoCloseable {

  private final LiveModel model;
  private final NDManager manager;
  private final int capacity;
  private final Slots slots;
  private final NDList keys;
  private final NDList values;
  private final NDArray steps;
  private @Nullable CompiledSteps compiled;

  /**
   * Allocates the cache.
   *
   * @param rows most sequences at a time
   * @param capacity most tokens of a sequence
   */
  KeyValueCache(LiveModel model, int rows, int capacity) {
    this.model = model;
    this.capacity = capacity;
    this.slots = new Slots(rows);
    this.manager = model.runtime().placement().newManager();
    int room = Math.max(capacity, CompiledSteps.LEAST);
    this.keys = call(manager, "cache", rows, room, model.weights());
    this.values = call(manager, "cache", rows, room, model.weights());
    long[] numbers = new long[capacity];
    Arrays.setAll(numbers, i -> i);
    this.steps = manager.create(numbers);
    manager.cap();
  }

  private NDList call(NDManager owner, String method, Object... arguments) {
    return model.runtime().program().call(owner, method, arguments);
  }

  /** A manager for what one turn makes. */
  NDManager step() {
    return manager.newSubManager();
  }

  int capacity() {
    return capacity;
  }

  Slots slots() {
    return slots;
  }

  NDList keys() {
    return keys;
  }

  NDList values() {
    return values;
  }

  /** Steps in machine code on this cache and the model's weights, where there are such. */
  Optional<CompiledSteps> compiled() {
    if (compiled == null) {
      compiled =
          model
              .runtime()
              .kernel()
              .filter(_ -> StepMemory.fits(model.runtime().config(), slots.count(), capacity))
              .map(kernel ->
                  new CompiledSteps(
                      kernel,
                      StepMemory.of(model, keys, values),
                      slots.count(),
                      Math.max(capacity, CompiledSteps.LEAST),
                      TorchRuntime.threads()))
              .orElse(null);
    }
    return Optional.ofNullable(compiled);
  }

  /** Forgets what is cached, and that weights were seen. */
  void forget() {
    slots.forget();
    if (compiled != null) {
      compiled.stale();
    }
  }

  /** The numbers from 0 to the capacity, for masks. */
  NDArray steps() {
    return steps;
  }

  /**
   * Gives a row a slot that holds the start of its text.
   *
   * @param source a slot that holds it
   * @param cached length of the start, possibly 0
   */
  void place(Row row, int[] text, int source, int cached) {
    boolean free = cached > 0 && slots.user(source) == null;
    int slot = free ? source : slots.oldest();
    // From here on the row is known to be under way, whatever happens.
    slots.take(slot, row, new int[0]);
    if (cached > 0 && !free) {
      slots.touch(source);
      try (NDManager step = step()) {
        NDArray target = step.create(new long[] {slot});
        call(step, "share", source, target, cached, keys, values);
      }
    }
    slots.note(slot, Arrays.copyOf(text, cached));
  }

  /** Moves rows into the first slots; returns them in the order of these. */
  List<Row> arranged(NDManager step, List<Row> rows) {
    int count = rows.size();
    int hole = 0;
    for (Row row : rows) {
      if (row.slot() >= count) {
        while (slots.user(hole) != null) {
          hole++;
        }
        NDArray pair = step.create(new long[] {hole, row.slot()});
        int length = Math.max(1, slots.swap(hole, row.slot()));
        call(step, "swap", pair, length, keys, values);
      }
    }
    @Nullable Row[] ordered = new @Nullable Row[count];
    for (Row row : rows) {
      ordered[row.slot()] = row;
    }
    return Arrays.stream(ordered).map(Objects::requireNonNull).toList();
  }

  /** Takes all slots back, whose contents are no longer known; returns the rows that had them. */
  List<Row> evict() {
    List<Row> rows = new ArrayList<>();
    for (int slot = 0; slot < slots.count(); slot++) {
      Row user = slots.user(slot);
      if (user != null) {
        rows.add(user);
        slots.release(slot, new int[0]);
      }
    }
    slots.forget();
    return rows;
  }

  @Override
  public void close() {
    if (compiled != null) {
      compiled.close();
    }
    manager.close();
  }
}
