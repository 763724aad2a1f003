package org.cycleqd.checkpoint.adapter;

import java.util.Arrays;
import org.cycleqd.tensor.TensorRows;
import org.cycleqd.tensor.TensorSpec;
import org.jspecify.annotations.Nullable;

/**
 * The weight W + s B A of an adapted module, or with magnitudes m, row i of it times m_i / norm
 * (DoRA, arXiv 2402.09353, eq. 5). Only the rows that are asked for exist, and only while they are
 * asked for.
 */
final class LoraRows implements TensorRows {

  private static final int BLOCK = 4;

  private final TensorRows base;
  private final LowRankFactors factors;
  private final float @Nullable [] magnitude;

  /**
   * Puts an adapter on a weight.
   *
   * @param base W, [out, in]
   * @param magnitude m, [out], or null without DoRA
   */
  LoraRows(TensorRows base, LowRankFactors factors, float @Nullable [] magnitude) {
    this.base = base;
    this.factors = factors;
    this.magnitude = magnitude;
  }

  @Override
  public TensorSpec spec() {
    return base.spec();
  }

  @Override
  public void read(long firstRow, int rows, float[] target) {
    int columns = factors.inputs();
    addProduct(firstRow, rows, target, columns);
    float[] origin = new float[columns];
    for (int row = 0; row < rows; row++) {
      int start = row * columns;
      base.read(firstRow + row, 1, origin);
      for (int i = 0; i < columns; i++) {
        target[start + i] += origin[i];
      }
      if (magnitude != null) {
        rescale(target, start, columns, magnitude[Math.toIntExact(firstRow + row)]);
      }
    }
  }

  /** The product alone is summed first: its terms are small beside the weights. */
  private void addProduct(long firstRow, int rows, float[] target, int columns) {
    int rank = factors.rank();
    float[] b = new float[Math.multiplyExact(rows, rank)];
    factors.b().read(firstRow, rows, b);
    for (int i = 0; i < b.length; i++) {
      b[i] = (float) (factors.scale() * b[i]);
    }
    Arrays.fill(target, 0, Math.multiplyExact(rows, columns), 0);
    float[] a = new float[BLOCK * columns];
    float[] weights = new float[BLOCK];
    for (int k = 0; k < rank; k += BLOCK) {
      int block = Math.min(BLOCK, rank - k);
      factors.a().read(k, block, a);
      Arrays.fill(a, block * columns, a.length, 0);
      for (int row = 0; row < rows; row++) {
        System.arraycopy(b, row * rank + k, weights, 0, block);
        addBlock(target, row * columns, a, columns, weights);
      }
    }
  }

  /** Adds four weighted rows of A at once, so that the target is read and written less often. */
  private static void addBlock(float[] target, int start, float[] a, int columns, float[] weights) {
    float w0 = weights[0];
    float w1 = weights[1];
    float w2 = weights[2];
    float w3 = weights[3];
    for (int i = 0; i < columns; i++) {
      target[start + i] +=
          w0 * a[i] + w1 * a[columns + i] + w2 * a[2 * columns + i] + w3 * a[3 * columns + i];
    }
  }

  private static void rescale(float[] target, int start, int columns, float magnitude) {
    double squares = 0;
    for (int i = start; i < start + columns; i++) {
      squares += (double) target[i] * target[i];
    }
    if (squares == 0) {
      return; // a row of zeros has no direction
    }
    float factor = (float) (magnitude / Math.sqrt(squares));
    for (int i = start; i < start + columns; i++) {
      target[i] *= factor;
    }
  }
}
