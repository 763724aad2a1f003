package org.cycleqd.merge.method;

import java.lang.foreign.MemorySegment;
import org.cycleqd.merge.kernel.FusedDifferences;
import org.cycleqd.merge.stream.FusedStep;
import org.cycleqd.merge.stream.Tile;
import org.cycleqd.merge.stream.TileStep;

/** The step of DARE with election of signs. */
final class KeptElection implements FusedStep {

  private final TileStep tiled;
  private final float[] factors;
  private final long[] keys;
  private final long[] thresholds;
  private final FusedElection fused;

  /**
   * Makes a step.
   *
   * @param tiled the same on tiles
   * @param factors what rescales each model's kept elements
   * @param keys of each model's coins
   * @param thresholds of 2^32 outcomes as many keep an element
   */
  KeptElection(
      TileStep tiled, float[] factors, long[] keys, long[] thresholds, FusedElection fused) {
    this.tiled = tiled;
    this.factors = factors;
    this.keys = keys;
    this.thresholds = thresholds;
    this.fused = fused;
  }

  @Override
  public void apply(Tile tile) {
    tiled.apply(tile);
  }

  @Override
  public boolean isElementwise() {
    return tiled.isElementwise();
  }

  @Override
  public boolean apply(
      MemorySegment base, MemorySegment[] models, long first, MemorySegment out, int count) {
    return fused
        .electKept(base, models, first, keys, thresholds, factors, out, count)
        .orElseGet(() -> elect(base, models, first, out, count));
  }

  private boolean elect(
      MemorySegment base, MemorySegment[] models, long first, MemorySegment out, int count) {
    return fused.elect(
        base,
        (origin, k, start, deltas, part) ->
            FusedDifferences.differencesKept(
                origin,
                models[k],
                2L * start,
                first + start,
                keys[k],
                thresholds[k],
                factors[k],
                deltas,
                part),
        out,
        count);
  }
}
