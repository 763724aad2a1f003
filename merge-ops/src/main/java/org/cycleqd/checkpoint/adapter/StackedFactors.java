package org.cycleqd.checkpoint.adapter;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.cycleqd.checkpoint.Checkpoint;
import org.cycleqd.checkpoint.CheckpointException;

/**
 * Factors of several adapters for one weight, whose product is the weighted sum of their changes.
 *
 * @param tensor name of the weight
 * @param rank R, the sum of the ranks
 * @param left B_1 beside B_2 and so on, [out, R]
 * @param right w_1 s_1 A_1 above w_2 s_2 A_2 and so on, [R, in]
 */
@SuppressWarnings("ArrayRecordComponent") // passed on, never compared
record StackedFactors(String tensor, int rank, double[] left, double[] right) {

  /** A change and the weight w of its adapter. */
  private record Weighted(LowRankFactors factors, double weight) {}

  /**
   * One stack for each weight that any of the adapters changes, in the base's order, made when it
   * is asked for.
   */
  static Stream<StackedFactors> of(Checkpoint base, List<AdapterSum.Term> terms)
      throws CheckpointException {
    Map<String, List<Weighted>> parts = new LinkedHashMap<>();
    base.tensors().keySet().forEach(name -> parts.put(name, new ArrayList<>()));
    for (AdapterSum.Term term : terms) {
      for (LowRankFactors factors : term.adapter().factors(base).values()) {
        parts
            .computeIfAbsent(factors.tensor(), _ -> new ArrayList<>())
            .add(new Weighted(factors, term.weight()));
      }
    }
    return parts.values().stream()
        .filter(weighted -> !weighted.isEmpty())
        .map(StackedFactors::stack);
  }

  int outputs() {
    return left.length / rank;
  }

  int inputs() {
    return right.length / rank;
  }

  private static StackedFactors stack(List<Weighted> parts) {
    LowRankFactors first = parts.getFirst().factors();
    int rank = parts.stream().mapToInt(part -> part.factors().rank()).sum();
    int inputs = first.inputs();
    double[] left = new double[Math.multiplyExact(first.outputs(), rank)];
    double[] right = new double[Math.multiplyExact(rank, inputs)];
    int done = 0;
    for (Weighted part : parts) {
      LowRankFactors factors = part.factors();
      float[] a = FloatRows.all(factors.a());
      for (int i = 0; i < a.length; i++) {
        right[done * inputs + i] = part.weight() * factors.scale() * a[i];
      }
      float[] b = FloatRows.all(factors.b());
      for (int i = 0; i < b.length; i++) {
        left[i / factors.rank() * rank + done + i % factors.rank()] = b[i];
      }
      done += factors.rank();
    }
    return new StackedFactors(first.tensor(), rank, left, right);
  }
}
