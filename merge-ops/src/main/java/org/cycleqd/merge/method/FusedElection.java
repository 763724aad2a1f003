package org.cycleqd.merge.method;

import java.lang.foreign.MemorySegment;
import org.cycleqd.merge.kernel.Election;
import org.cycleqd.merge.kernel.FusedDifferences;
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
