package org.cycleqd.merge.method;

import java.lang.foreign.MemorySegment;
import java.util.Optional;
import org.cycleqd.merge.kernel.Election;
import org.cycleqd.merge.kernel.FusedDifferences;
import org.cycleqd.merge.kernel.FusedElections;
import org.cycleqd.merge.kernel.MergeKernel;
import org.cycleqd.tensor.DType;
import org.cycleqd.tensor.FloatConversion;

/** An election on bfloat16 memory in parts that stay in a core's first cache. */
final class FusedElection {

  private static final int PART = 1 << 9;

  private final MergeKernel kernel;
  private final float[] weights;
  private final Election election;

  FusedElection(MergeKernel kernel, float[] weights, Election election) {
    this.kernel = kernel;
    this.weights = weights;
    this.election = election;
  }

  /** Computes what is left of one model's differences from the base. */
  @FunctionalInterface
  interface Differences {

    /**
     * Computes a part.
     *
     * @param model number of the model
     * @param start number of the part's first element in the run
     * @return whether all differences are finite
     */
    boolean compute(float[] base, int model, int start, float[] out, int count);
  }

  /**
   * Elects among differences of a least magnitude in one loop.
   *
   * @return whether all inputs and results are finite; empty if there is no such loop
   */
  Optional<Boolean> electAbove(
      MemorySegment base, MemorySegment[] models, float[] minima, MemorySegment out, int count) {
    return FusedElections.fits(election, models.length)
        ? Optional.of(
            FusedElections.electAbove(
                base, models[0], models[1], minima, weights, election, out, count))
        : Optional.empty();
  }

  /**
   * Elects among rescaled differences that coins keep in one loop; index, keys and thresholds as in
   * {@link org.cycleqd.merge.kernel.FusedSums#addKept}.
   *
   * @return whether all inputs and results are finite; empty if there is no such loop
   */
  Optional<Boolean> electKept(
      MemorySegment base,
      MemorySegment[] models,
      long index,
      long[] keys,
      long[] thresholds,
      float[] factors,
      MemorySegment out,
      int count) {
    return FusedElections.fits(election, models.length)
        ? Optional.of(
            FusedElections.electKept(
                base,
                models[0],
                models[1],
                index,
                keys,
                thresholds,
                factors,
                weights,
                election,
                out,
                count))
        : Optional.empty();
  }

  /** Elects; returns whether all inputs and results are finite. */
  boolean elect(MemorySegment base, Differences differences, MemorySegment out, int count) {
    float[] origin = new float[PART];
    float[][] deltas = new float[weights.length][PART];
    float[] merged = new float[PART];
    boolean finite = true;
    for (int start = 0; start < count; start += PART) {
      int part = Math.min(PART, count - start);
      FloatConversion.widen(DType.BF16, base, 2L * start, origin, 0, part);
      for (int k = 0; k < deltas.length; k++) {
        finite &= differences.compute(origin, k, start, deltas[k], part);
      }
      kernel.elect(origin, deltas, weights, election, merged, part);
      finite &= FusedDifferences.round(merged, out, 2L * start, part);
    }
    return finite;
  }
}
