package org.cycleqd.checkpoint;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.SequencedSet;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;
import org.cycleqd.tensor.TensorRows;
import org.cycleqd.tensor.TensorSpec;
import org.cycleqd.tensor.TensorView;
import org.jspecify.annotations.Nullable;

/**
 * In what two models differ.
 *
 * @param configuration fields of {@code config.json} whose meanings differ, with both values
 * @param unmatched what keeps tensors from being compared, one line each, by tensor
 * @param distances of the tensors that both have in one shape, in the first model's order
 */
public record ModelDifference(
    List<String> configuration,
    SequencedMap<String, String> unmatched,
    List<TensorDistance> distances) {

  /** Copies the lists. */
  public ModelDifference {
    configuration = List.copyOf(configuration);
    distances = List.copyOf(distances);
  }

  /**
   * Compares two models, reading both once with all processors.
   *
   * <p>The result does not depend on the number of threads: sums are taken in a fixed order within
   * each row, then over the rows.
   *
   * @param progress told from any thread how many bytes of both have been read so far
   */
  public static ModelDifference between(Checkpoint first, Checkpoint second, LongConsumer progress)
      throws InterruptedException {
    SequencedMap<String, String> unmatched = new LinkedHashMap<>();
    SequencedSet<String> names = new LinkedHashSet<>(first.tensors().keySet());
    names.addAll(second.tensors().keySet());
    List<TensorSpec> shared = new ArrayList<>();
    for (String name : names) {
      @Nullable TensorView one = first.tensors().get(name);
      @Nullable TensorView two = second.tensors().get(name);
      if (one != null && two != null && one.spec().shape().equals(two.spec().shape())) {
        shared.add(one.spec());
      } else {
        unmatched.put(name, "%s against %s".formatted(shape(one), shape(two)));
      }
    }
    return new ModelDifference(
        configuration(first.config(), second.config()),
        unmatched,
        distances(first, second, shared, progress));
  }

  /** Whether the models mean the same and have the same bits. */
  public boolean isIdentical() {
    return configuration.isEmpty()
        && unmatched.isEmpty()
        && distances.stream().allMatch(distance -> distance.differing() == 0);
  }

  /** The distance of all compared tensors together, as one vector. */
  public TensorDistance total() {
    return distances.stream().reduce(TensorDistance.none("all"), TensorDistance::plus);
  }

  private static List<String> configuration(LlamaConfig first, LlamaConfig second) {
    Map<String, String> other = second.facts();
    return first.facts().entrySet().stream()
        .filter(fact -> !fact.getValue().equals(other.get(fact.getKey())))
        .map(fact ->
            "%s: %s against %s".formatted(fact.getKey(), fact.getValue(), other.get(fact.getKey())))
        .toList();
  }

  private static String shape(@Nullable TensorView view) {
    return view == null ? "none" : "%s %s".formatted(view.spec().dtype(), view.spec().shape());
  }

  private static List<TensorDistance> distances(
      Checkpoint first, Checkpoint second, List<TensorSpec> specs, LongConsumer progress)
      throws InterruptedException {
    AtomicLong done = new AtomicLong();
    List<RowTile> tiles = RowTile.of(specs);
    List<TensorDistance> parts =
        RowTile.map(
            tiles,
            tile -> {
              TensorRows one = first.tensor(tile.spec().name());
              TensorRows two = second.tensor(tile.spec().name());
              TensorDistance distance = TileDistance.of(tile, one, two);
              progress.accept(done.addAndGet(bytes(tile, one) + bytes(tile, two)));
              return distance;
            });
    SequencedMap<String, TensorDistance> sums = new LinkedHashMap<>();
    specs.forEach(spec -> sums.put(spec.name(), TensorDistance.none(spec.name())));
    // In the order of the tiles, whose cut depends on the shape only.
    parts.forEach(part -> sums.merge(part.tensor(), part, TensorDistance::plus));
    return List.copyOf(sums.values());
  }

  private static long bytes(RowTile tile, TensorRows rows) {
    return tile.elements() * rows.spec().dtype().bits() / Byte.SIZE;
  }
}
