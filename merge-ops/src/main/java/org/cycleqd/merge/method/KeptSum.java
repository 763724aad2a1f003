package org.cycleqd.merge.method;

import java.lang.foreign.MemorySegment;
import org.cycleqd.merge.kernel.FusedSums;
import org.cycleqd.merge.kernel.MergeKernel;
import org.cycleqd.merge.stream.FusedStep;
import org.cycleqd.merge.stream.Tile;

/** The step of DARE without election: {@code theta_0 + sum_i w_i dropped(delta_i)}. */
final class KeptSum implements FusedStep {

  private final MergeKernel kernel;
  private final float[] weights;
  private final long[] keys;
  private final long[] thresholds;

  /**
   * Makes a step.
   *
   * @param weights factor of each model, rescaling included
   * @param keys of each model's coins
   * @param thresholds of 2^32 outcomes as many keep an element, at least one
   */
  KeptSum(MergeKernel kernel, float[] weights, long[] keys, long[] thresholds) {
    this.kernel = kernel;
    this.weights = weights;
    this.keys = keys;
    this.thresholds = thresholds;
  }

  @Override
  public boolean isElementwise() {
    return true;
  }

  @Override
  public void apply(Tile tile) {
    float[][] deltas = Combination.deltas(kernel, tile);
    float[] out = tile.out();
    for (int k = 0; k < weights.length; k++) {
      kernel.drop(deltas[k], keys[k], tile.firstElement(), thresholds[k], tile.count());
    }
    // The sum of changes is rounded by itself and then added to the base, as in the fused form.
    kernel.sumOnto(tile.base(), deltas, weights, out, tile.count());
  }

  @Override
  public boolean apply(
      MemorySegment base, MemorySegment[] models, long first, MemorySegment out, int count) {
    return FusedSums.addKept(base, models, weights, first, keys, thresholds, out, count);
  }
}
