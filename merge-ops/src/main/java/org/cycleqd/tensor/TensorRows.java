package org.cycleqd.tensor;

/**
 * A tensor's elements as float32, read a run of rows at a time.
 *
 * <p>A row is the innermost extent; a vector or a scalar is one row. Whether the elements lie in a
 * mapped file or are computed, e.g. from a low-rank adapter, does not show. Any thread may read.
 */
public interface TensorRows {

  /** Name, dtype as stored, and shape. */
  TensorSpec spec();

  /**
   * Reads whole rows.
   *
   * @param firstRow index of the first row
   * @param rows how many
   * @param target receives {@code rows * spec().columns()} elements from its start
   */
  void read(long firstRow, int rows, float[] target);
}
