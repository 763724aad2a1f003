package org.cycleqd.checkpoint.adapter;

import org.cycleqd.tensor.TensorRows;
import org.cycleqd.tensor.TensorSpec;

/**
 * The bias b + s c of a module whose factor B has the bias c.
 *
 * @param base b, [out]
 * @param factor c, [out]
 * @param scale s
 */
record BiasRows(TensorRows base, TensorRows factor, double scale) implements TensorRows {

  @Override
  public TensorSpec spec() {
    return base.spec();
  }

  @Override
  public void read(long firstRow, int rows, float[] target) {
    base.read(firstRow, rows, target);
    float[] added = new float[Math.toIntExact(rows * factor.spec().columns())];
    factor.read(firstRow, rows, added);
    for (int i = 0; i < added.length; i++) {
      target[i] += (float) (scale * added[i]);
    }
  }
}
