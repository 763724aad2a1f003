package org.cycleqd.checkpoint.adapter;

import java.lang.ref.SoftReference;
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

  /** The rows of A as float32, kept while memory allows; losing them costs time only. */
  private volatile SoftReference<float[][]> kept = new SoftReference<>(null);

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
    int rank = factors.rank();
    float[] b = new float[Math.multiplyExact(rows, rank)];
    factors.b().read(firstRow, rows, b);
    float[][] a = rowsOfA();
    float[] weights = new float[a.length];
    float[] sum = new float[columns];
    float[] origin = new float[columns];
    for (int row = 0; row < rows; row++) {
      for (int k = 0; k < rank; k++) {
        weights[k] = (float) (factors.scale() * b[row * rank + k]);
      }
      base.read(firstRow + row, 1, origin);
      product(weights, a, sum);
      for (int i = 0; i < columns; i++) {
        sum[i] += origin[i];
      }
      if (magnitude != null) {
        rescale(sum, magnitude[Math.toIntExact(firstRow + row)]);
      }
      System.arraycopy(sum, 0, target, Math.multiplyExact(row, columns), columns);
    }
  }

  /** The rows of A, and rows of zeros up to a whole number of blocks. */
  private float[][] rowsOfA() {
    float[][] known = kept.get();
    if (known != null) {
      return known;
    }
    int rank = factors.rank();
    float[][] a = new float[Math.ceilDiv(rank, BLOCK) * BLOCK][factors.inputs()];
    for (int k = 0; k < rank; k++) {
      factors.a().read(k, 1, a[k]);
    }
    kept = new SoftReference<>(a);
    return a;
  }

  /**
   * One row of the product alone, whose terms are small beside the weights. Four rows of A at once
   * read and write the sum less often; one index for all arrays lets the compiler use vectors.
   */
  private static void product(float[] weights, float[][] a, float[] sum) {
    Arrays.fill(sum, 0);
    for (int k = 0; k < a.length; k += BLOCK) {
      addBlock(sum, k, weights, a);
    }
  }

  private static void addBlock(float[] sum, int k, float[] weights, float[][] a) {
    float w0 = weights[k];
    float w1 = weights[k + 1];
    float w2 = weights[k + 2];
    float w3 = weights[k + 3];
    float[] a0 = a[k];
    float[] a1 = a[k + 1];
    float[] a2 = a[k + 2];
    float[] a3 = a[k + 3];
    for (int i = 0; i < sum.length; i++) {
      sum[i] += w0 * a0[i] + w1 * a1[i] + w2 * a2[i] + w3 * a3[i];
    }
  }

  private static void rescale(float[] row, float magnitude) {
    double squares = 0;
    for (float value : row) {
      squares += (double) value * value;
    }
    if (squares == 0) {
      return; // a row of zeros has no direction
    }
    float factor = (float) (magnitude / Math.sqrt(squares));
    for (int i = 0; i < row.length; i++) {
      row[i] *= factor;
    }
  }
}
