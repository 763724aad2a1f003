package org.cycleqd.merge.kernel;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/**
 * A product of small inner extent, {@code left right}. An element is the sum of its terms in their
 * order, each by a fused multiplication and addition, from zero on: the same bits in whatever rows
 * and by whatever kernel it is computed.
 *
 * @param left [m, k], row by row
 * @param right [k, n], row by row
 * @param rank k
 * @param columns n
 */
@SuppressWarnings("ArrayRecordComponent") // bulk numbers, never compared
public record LowRankProduct(float[] left, float[] right, int rank, int columns) {

  /**
   * Rows of the product.
   *
   * @param out receives {@code [rows, n]} float32 elements
   */
  public void multiply(long firstRow, int rows, MemorySegment out) {
    float[] row = new float[columns];
    for (int i = 0; i < rows; i++) {
      Arrays.fill(row, 0);
      int start = Math.toIntExact((firstRow + i) * rank);
      for (int p = 0; p < rank; p++) {
        add(left[start + p], right, p * columns, row);
      }
      long offset = (long) i * columns * Float.BYTES;
      MemorySegment.copy(row, 0, out, ValueLayout.JAVA_FLOAT, offset, columns);
    }
  }

  private static void add(float factor, float[] right, int start, float[] row) {
    for (int j = 0; j < row.length; j++) {
      row[j] = Math.fma(factor, right[start + j], row[j]);
    }
  }
}
