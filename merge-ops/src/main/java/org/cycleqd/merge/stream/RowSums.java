package org.cycleqd.merge.stream;

/** Computes what is summed over the rows of a tensor. */
@FunctionalInterface
public interface RowSums {

  /**
   * Adds up one row.
   *
   * @param tile the tile that holds it
   * @param start index of the row's first element in the tile's arrays
   * @param sums receives the row's values, from {@code offset} on
   */
  void accept(Tile tile, int start, double[] sums, int offset);
}
