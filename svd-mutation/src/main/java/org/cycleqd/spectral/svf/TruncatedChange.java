package org.cycleqd.spectral.svf;

import java.lang.foreign.MemorySegment;
import java.util.Comparator;
import java.util.Optional;
import java.util.stream.IntStream;
import org.cycleqd.checkpoint.adapter.LowRankFactors;
import org.cycleqd.checkpoint.adapter.TensorReport;
import org.cycleqd.tensor.DType;
import org.cycleqd.tensor.TensorSpec;
import org.cycleqd.tensor.TensorView;

/**
 * The largest components of a matrix's change as factors.
 *
 * @param factors empty if nothing changes
 * @param report what they lack
 */
record TruncatedChange(Optional<LowRankFactors> factors, TensorReport report) {

  /**
   * Keeps the components of largest absolute amount, the earlier of equal ones.
   *
   * @param amounts [r] signed singular values of the change
   * @param rank how many to keep at most
   */
  static TruncatedChange of(String tensor, SvfMatrix matrix, double[] amounts, int rank) {
    int[] order =
        IntStream.range(0, amounts.length)
            .boxed()
            .filter(i -> amounts[i] != 0)
            .sorted(Comparator.comparingDouble((Integer i) -> -Math.abs(amounts[i])))
            .mapToInt(Integer::intValue)
            .toArray();
    int[] kept = IntStream.of(order).limit(rank).toArray();
    double energy = IntStream.of(order).mapToDouble(i -> amounts[i] * amounts[i]).sum();
    double lost = IntStream.of(order).skip(rank).mapToDouble(i -> amounts[i] * amounts[i]).sum();
    if (kept.length == 0) {
      return new TruncatedChange(
          Optional.empty(),
          new TensorReport(tensor, TensorReport.Treatment.UNCHANGED, 0, energy, lost));
    }
    int length = amounts.length;
    float[] left = matrix.left().toFloatArray();
    float[] right = matrix.right().toFloatArray();
    int rows = left.length / length;
    int columns = right.length / length;
    float[] a = new float[kept.length * columns];
    float[] b = new float[rows * kept.length];
    for (int k = 0; k < kept.length; k++) {
      System.arraycopy(right, kept[k] * columns, a, k * columns, columns);
      for (int row = 0; row < rows; row++) {
        b[row * kept.length + k] = (float) (left[row * length + kept[k]] * amounts[kept[k]]);
      }
    }
    LowRankFactors factors =
        new LowRankFactors(
            tensor, 1, view("A", kept.length, columns, a), view("B", rows, kept.length, b), false);
    return new TruncatedChange(
        Optional.of(factors),
        new TensorReport(tensor, TensorReport.Treatment.FACTORS, kept.length, energy, lost));
  }

  private static TensorView view(String name, int rows, int columns, float[] elements) {
    return new TensorView(
        TensorSpec.of(name, DType.F32, rows, columns), MemorySegment.ofArray(elements));
  }
}
