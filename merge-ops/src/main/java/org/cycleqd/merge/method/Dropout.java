package org.cycleqd.merge.method;

import org.cycleqd.merge.kernel.MergeKernel;
import org.cycleqd.merge.stream.Source;
import org.cycleqd.merge.stream.TensorTask;
import org.cycleqd.merge.stream.Tile;
import org.cycleqd.merge.stream.Tiles;
import org.cycleqd.random.Draws;

/** DARE (arXiv 2311.03099): every element stays with probability {@code density}. */
record Dropout(MergeKernel kernel) implements Sparsifier {

  /** Outcomes of a coin. */
  static final double OUTCOMES = 0x1.0p32;

  @Override
  public Walks prepare(TensorTask task, Tiles tiles) {
    double[] densities = task.numbers("density");
    return () -> tile -> drop(task, densities, tile);
  }

  private void drop(TensorTask task, double[] densities, Tile tile) {
    for (int k = 0; k < densities.length; k++) {
      if (densities[k] < 1) {
        kernel.drop(
            tile.models()[k],
            key(task, k),
            tile.firstElement(),
            Math.round(densities[k] * OUTCOMES),
            tile.count());
      }
    }
  }

  /** Names the coins of one model's tensor. */
  static long key(TensorTask task, int source) {
    Source of = task.sources().get(source);
    return Draws.at(task.seed(), "drop", of.model(), of.rows().spec().name()).key();
  }
}
