package org.cycleqd.checkpoint.adapter;

import org.cycleqd.tensor.TensorRows;
import org.cycleqd.tensor.TensorSpec;

/**
 * A tensor that an adapter stores as a whole, in place of the base's.
 *
 * @param spec the base's tensor
 * @param stored the adapter's
 */
record StandInRows(TensorSpec spec, TensorRows stored) implements TensorRows {

  @Override
  public void read(long firstRow, int rows, float[] target) {
    stored.read(firstRow, rows, target);
  }
}
