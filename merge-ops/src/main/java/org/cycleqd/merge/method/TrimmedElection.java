package org.cycleqd.merge.method;

import java.lang.foreign.MemorySegment;
import java.util.List;
import org.cycleqd.merge.kernel.Election;
import org.cycleqd.merge.kernel.FusedKernel;
import org.cycleqd.merge.kernel.MergeKernel;
import org.cycleqd.merge.stream.Cut;
import org.cycleqd.merge.stream.FusedStep;
import org.cycleqd.merge.stream.Selection;
import org.cycleqd.merge.stream.Tile;
import org.cycleqd.merge.stream.TileStep;
import org.cycleqd.merge.stream.Tiles;
import org.cycleqd.tensor.DType;
import org.cycleqd.tensor.FloatConversion;

/** The step of TIES: keeps the largest elements of the task vectors and elects signs. */
final class TrimmedElection implements FusedStep {

  private final MergeKernel kernel;
  private final TileStep tiled;
  private final List<Selection.Found> cuts;
  private final float[] weights;
  private final Election election;

  /**
   * Makes a step.
   *
   * @param tiled the same on tiles
   * @param cuts one for each model; where a cut splits equals, with their numbers
   */
  TrimmedElection(
      MergeKernel kernel,
      TileStep tiled,
      List<Selection.Found> cuts,
      float[] weights,
      Election election) {
    this.kernel = kernel;
    this.tiled = tiled;
    this.cuts = List.copyOf(cuts);
    this.weights = weights;
    this.election = election;
  }

  /** Whether enough is known about the cuts for the fused form. */
  static boolean fits(List<Selection.Found> cuts) {
    return cuts.stream()
        .allMatch(found -> !found.cut().splitsEquals() || found.equalsBefore().isPresent());
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
  public int counters() {
    return tiled.counters();
  }

  @Override
  public void count(Tile tile, long[] counts) {
    tiled.count(tile, counts);
  }

  @Override
  public boolean apply(
      MemorySegment base, MemorySegment[] models, long first, MemorySegment out, int count) {
    int piece = Math.toIntExact(first / Tiles.PIECE_ELEMENTS);
    float[] minima = new float[models.length];
    long[] left = new long[models.length];
    boolean crossed = false;
    for (int k = 0; k < models.length; k++) {
      Cut cut = cuts.get(k).cut();
      minima[k] = cut.magnitude();
      left[k] = Long.MAX_VALUE;
      if (cut.splitsEquals()) {
        long[] before = cuts.get(k).equalsBefore().orElseThrow();
        left[k] = cut.taken() - before[piece];
        if (left[k] <= 0) {
          minima[k] = Math.nextUp(cut.magnitude());
          left[k] = Long.MAX_VALUE;
        } else if (before[piece + 1] <= cut.taken()) {
          left[k] = Long.MAX_VALUE;
        } else {
          crossed = true;
        }
      }
    }
    return crossed
        ? applyCrossed(base, models, minima, left, out, count)
        : FusedKernel.electAbove(base, models, minima, weights, election, out, count);
  }

  /** In this run the last of some equal elements is taken: one run of a tensor for each model. */
  private boolean applyCrossed(
      MemorySegment base,
      MemorySegment[] models,
      float[] minima,
      long[] left,
      MemorySegment out,
      int count) {
    float[] origin = new float[count];
    FloatConversion.widen(DType.BF16, base, 0, origin, 0, count);
    float[][] deltas = new float[models.length][count];
    boolean finite = true;
    for (int k = 0; k < models.length; k++) {
      FloatConversion.widen(DType.BF16, models[k], 0, deltas[k], 0, count);
      kernel.subtract(deltas[k], origin, count);
      finite &= kernel.firstBeyond(deltas[k], Float.MAX_VALUE, count) < 0;
      long taken = 0;
      for (int i = 0; i < count; i++) {
        if (Math.abs(deltas[k][i]) == minima[k] && taken++ >= left[k]) {
          deltas[k][i] = 0;
        }
      }
      kernel.keepAbove(deltas[k], minima[k], true, count);
    }
    float[] merged = new float[count];
    kernel.elect(origin, deltas, weights, election, merged, count);
    FloatConversion.round(DType.BF16, merged, 0, out, 0, count);
    return finite && kernel.firstBeyond(merged, DType.BF16.largest(), count) < 0;
  }
}
