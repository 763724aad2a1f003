package org.cycleqd.merge.method;

import java.lang.foreign.MemorySegment;
import org.cycleqd.merge.kernel.Election;
import org.cycleqd.merge.kernel.FusedKernel;
import org.cycleqd.merge.stream.FusedStep;
import org.cycleqd.merge.stream.Tile;
import org.cycleqd.merge.stream.TileStep;

/**
 * The step of DARE with election of signs.
 *
 * @param tiled the same on tiles
 * @param factors what rescales each model's kept elements
 * @param keys of each model's coins
 * @param thresholds of 2^32 outcomes as many keep an element
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record KeptElection(
    TileStep tiled,
    float[] factors,
    float[] weights,
    long[] keys,
    long[] thresholds,
    Election election)
    implements FusedStep {

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
    return FusedKernel.electKept(
        base, models, factors, weights, first, keys, thresholds, election, out, count);
  }
}
