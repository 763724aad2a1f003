package org.cycleqd.merge.method;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.cycleqd.merge.kernel.MergeKernel;
import org.cycleqd.merge.stream.Source;
import org.cycleqd.merge.stream.TensorTask;
import org.cycleqd.merge.stream.Tiles;
import org.cycleqd.random.Draws;

/** DARE (arXiv 2311.03099): every element stays with probability {@code density}. */
record Dropout(MergeKernel kernel) implements Sparsifier {

  /** Outcomes of a coin. */
  static final double OUTCOMES = 0x1.0p32;

  @Override
  public Sparsified prepare(TensorTask task, Tiles tiles) {
    long[] keys = IntStream.range(0, task.sources().size()).mapToLong(k -> key(task, k)).toArray();
    long[] thresholds =
        Arrays.stream(task.numbers("density"))
            .mapToLong(density -> Math.max(1, Math.round(density * OUTCOMES)))
            .toArray();
    return new DropoutCoins(kernel, keys, thresholds);
  }

  /** Names the coins of one model's tensor. */
  static long key(TensorTask task, int source) {
    Source of = task.sources().get(source);
    return Draws.at(task.seed(), "drop", of.model(), of.rows().spec().name()).key();
  }
}
