package org.cycleqd.merge.method;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.cycleqd.merge.kernel.Election;
import org.cycleqd.merge.kernel.FusedDifferences;
import org.cycleqd.merge.kernel.MergeKernel;
import org.cycleqd.merge.stream.Cut;
import org.cycleqd.merge.stream.FusedStep;
import org.cycleqd.merge.stream.Selection;
import org.cycleqd.merge.stream.Tile;
import org.cycleqd.merge.stream.TileStep;
import org.cycleqd.merge.stream.Tiles;

/** The step of TIES: keeps the largest elements of the task vectors and elects signs. */
final class TrimmedElection implements FusedStep {

  private final TileStep tiled;
  private final List<Selection.Found> cuts;
  private final FusedElection fused;

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
    this.tiled = tiled;
    this.cuts = List.copyOf(cuts);
    this.fused = new FusedElection(kernel, weights, election);
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
    for (int k = 0; k < models.length; k++) {
      Cut cut = cuts.get(k).cut();
      minima[k] = cut.magnitude();
      left[k] = Long.MAX_VALUE;
      if (cut.splitsEquals()) {
        long[] before = cuts.get(k).equalsBefore().orElseThrow();
        if (before[piece] >= cut.taken()) {
          minima[k] = Math.nextUp(cut.magnitude());
        } else if (before[piece + 1] > cut.taken()) {
          left[k] = cut.taken() - before[piece];
        }
      }
    }
    boolean splits = Arrays.stream(left).anyMatch(number -> number != Long.MAX_VALUE);
    Optional<Boolean> finiteAtOnce =
        splits ? Optional.empty() : fused.electAbove(base, models, minima, out, count);
    return finiteAtOnce.orElseGet(() -> elect(base, models, minima, left, out, count));
  }

  private boolean elect(
      MemorySegment base,
      MemorySegment[] models,
      float[] minima,
      long[] left,
      MemorySegment out,
      int count) {
    return fused.elect(
        base,
        (origin, k, start, deltas, part) -> {
          boolean finite =
              FusedDifferences.differencesAbove(
                  origin, models[k], 2L * start, minima[k], deltas, part);
          if (left[k] != Long.MAX_VALUE) {
            takeFirst(deltas, minima[k], left, k, part);
          }
          return finite;
        },
        out,
        count);
  }

  /** In one run of a tensor the last of some equal elements is taken. */
  private static void takeFirst(float[] deltas, float magnitude, long[] left, int k, int count) {
    for (int i = 0; i < count; i++) {
      if (Math.abs(deltas[i]) == magnitude) {
        if (left[k] <= 0) {
          deltas[i] = 0;
        }
        left[k]--;
      }
    }
  }
}
