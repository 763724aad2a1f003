package org.cycleqd.merge.method;

import java.io.IOException;
import java.util.function.Function;
import org.cycleqd.merge.stream.TensorTask;
import org.cycleqd.merge.stream.Tile;
import org.cycleqd.merge.stream.Tiles;

/** Sums over the rows of a tensor, one for each column. */
final class ColumnSums {

  private ColumnSums() {}

  /** Adds an element's terms to the sums of its column. */
  @FunctionalInterface
  interface Terms {
    void add(int element, double[] sums, int offset);
  }

  /**
   * Adds up {@code width} values for each column, in the order of the rows.
   *
   * <p>One thread does it: a sum that is split over threads would depend on their number.
   *
   * @return the values of the first column, then those of the second and so on
   */
  static double[] of(Tiles tiles, TensorTask task, int width, Function<Tile, Terms> terms)
      throws IOException {
    double[] sums = new double[Math.toIntExact(task.output().columns() * width)];
    tiles.inOrder(
        task,
        _ -> {},
        (tile, _) -> {
          Terms of = terms.apply(tile);
          for (int i = 0; i < tile.count(); i++) {
            of.add(i, sums, i % tile.columns() * width);
          }
        });
    return sums;
  }
}
