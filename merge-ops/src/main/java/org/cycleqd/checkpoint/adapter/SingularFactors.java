package org.cycleqd.checkpoint.adapter;

import ai.djl.ndarray.NDList;
import java.lang.foreign.MemorySegment;
import org.cycleqd.tensor.DType;
import org.cycleqd.tensor.FloatConversion;
import org.cycleqd.tensor.TensorSpec;

/**
 * A singular value decomposition U diag(S) V^T, whole or truncated.
 *
 * @param left U, [m, l]
 * @param values S, [l], descending
 * @param right V^T, [l, n]
 */
@SuppressWarnings("ArrayRecordComponent") // passed on, never compared
public record SingularFactors(double[] left, double[] values, double[] right) {

  /** Copies what a program returned. */
  static SingularFactors of(NDList factors) {
    return new SingularFactors(
        factors.get(0).toDoubleArray(),
        factors.get(1).toDoubleArray(),
        factors.get(2).toDoubleArray());
  }

  /** l, the number of components. */
  public int length() {
    return values.length;
  }

  /** Sum of the squared singular values from {@code first} on. */
  public double energyFrom(int first) {
    double energy = 0;
    for (int i = length() - 1; i >= first; i--) {
      energy += values[i] * values[i];
    }
    return energy;
  }

  /**
   * The best approximation of rank k as B A with B = U_k diag(S_k) and A = V_k^T, rounded to a
   * dtype. The rows of A are orthonormal, so that B alone has the sizes.
   */
  LowRankFactors truncated(String tensor, int k, DType dtype) {
    int rows = left.length / length();
    int columns = right.length / length();
    float[] b = new float[Math.multiplyExact(rows, k)];
    for (int row = 0; row < rows; row++) {
      for (int i = 0; i < k; i++) {
        b[row * k + i] = (float) (left[row * length() + i] * values[i]);
      }
    }
    float[] a = new float[Math.multiplyExact(k, columns)];
    for (int i = 0; i < a.length; i++) {
      a[i] = (float) right[i];
    }
    return new LowRankFactors(
        tensor,
        1,
        new FloatRows(TensorSpec.of("A", dtype, k, columns), rounded(a, dtype)),
        new FloatRows(TensorSpec.of("B", dtype, rows, k), rounded(b, dtype)),
        false);
  }

  private static float[] rounded(float[] values, DType dtype) {
    if (dtype != DType.F32) {
      MemorySegment bits = MemorySegment.ofArray(new short[values.length]);
      FloatConversion.round(dtype, values, 0, bits, 0, values.length);
      FloatConversion.widen(dtype, bits, 0, values, 0, values.length);
    }
    return values;
  }
}
