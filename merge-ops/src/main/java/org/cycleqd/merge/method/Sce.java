package org.cycleqd.merge.method;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.cycleqd.merge.kernel.Election;
import org.cycleqd.merge.kernel.MergeKernel;
import org.cycleqd.merge.method.Signature.Base;
import org.cycleqd.merge.stream.Cut;
import org.cycleqd.merge.stream.Selection;
import org.cycleqd.merge.stream.TensorTask;
import org.cycleqd.merge.stream.Tile;
import org.cycleqd.merge.stream.TileStep;
import org.cycleqd.merge.stream.Tiles;
import org.cycleqd.merge.stream.Trim;

/**
 * Select, calculate, erase (arXiv 2408.07990): only the elements whose values vary most between
 * models count ({@code select_topk}, a share of those that vary at all); a model's weight is its
 * share of the squared task vectors; signs are elected as in TIES, unweighted.
 */
final class Sce implements MergeMethod {

  private final MergeKernel kernel;

  Sce(MergeKernel kernel) {
    this.kernel = kernel;
  }

  @Override
  public Signature signature() {
    return new Signature(
        "sce",
        Base.REQUIRED,
        1,
        Integer.MAX_VALUE,
        List.of(),
        List.of(
            Parameter.number("select_topk", 1).within(0, 1), Parameter.flag("int8_mask", false)));
  }

  @Override
  public long workingBytes(TensorTask task, int threads) {
    return task.sources().size() * task.output().rows() * Double.BYTES
        + Selection.workingBytes(task.output().elements(), threads);
  }

  @Override
  public TileStep prepare(TensorTask task, Tiles tiles) throws IOException {
    double share = task.parameters().number("select_topk");
    Optional<Cut> cut = Optional.empty();
    if (share < 1) {
      double[] varying =
          tiles.sums(
              task,
              this::variance,
              1,
              (tile, start, sums, offset) ->
                  sums[offset] = tile.columns() - countZero(tile.out(), start, tile.columns()));
      long wanted = (long) (varying[0] * share);
      cut =
          Optional.of(
              new Selection(kernel, tiles, task, this::variance, true)
                  .cuts(List.of(List.of(wanted)))
                  .getFirst()
                  .getFirst()
                  .cut());
    }
    int models = task.sources().size();
    double[] squares =
        tiles.sums(
            task,
            selecting(cut),
            models,
            (tile, start, sums, offset) -> {
              for (int k = 0; k < models; k++) {
                float[] delta = tile.models()[k];
                sums[offset + k] = kernel.dot(delta, delta, start, tile.columns());
              }
            });
    double total = Arrays.stream(squares).sum();
    float[] weights = new float[models];
    for (int k = 0; k < models; k++) {
      weights[k] = (float) (total == 0 ? 1.0 / models : squares[k] / total);
    }
    Election election = new Election(Election.Vote.PLAIN, Election.Divisor.FLOORED_WEIGHT, 1f);
    return new Sequence(
        selecting(cut),
        tile ->
            kernel.elect(tile.base(), tile.models(), weights, election, tile.out(), tile.count()));
  }

  private static int countZero(float[] values, int start, int count) {
    int zero = 0;
    for (int i = start; i < start + count; i++) {
      zero += values[i] == 0 ? 1 : 0;
    }
    return zero;
  }

  /** Turns models into task vectors, and those to zero that were not selected. */
  private TileStep selecting(Optional<Cut> cut) {
    if (cut.isEmpty()) {
      return tile -> Combination.deltas(kernel, tile);
    }
    return new Selecting(
        new Trim(kernel, this::variance, List.of(new Trim.Band(cut.get(), Optional.empty()))));
  }

  /** Trims the variances, and the task vectors where nothing is left of them. */
  private record Selecting(Trim trim) implements TileStep {

    @Override
    public void apply(Tile tile) {
      trim.apply(tile);
      float[] selected = tile.out();
      for (float[] delta : tile.models()) {
        for (int i = 0; i < tile.count(); i++) {
          delta[i] = selected[i] == 0 ? 0 : delta[i];
        }
      }
    }

    @Override
    public int counters() {
      return trim.counters();
    }

    @Override
    public void count(Tile tile, long[] counts) {
      trim.count(tile, counts);
    }
  }

  /** Turns models into task vectors; their population variance goes to the output buffer. */
  private float[][] variance(Tile tile) {
    float[][] deltas = Combination.deltas(kernel, tile);
    for (int i = 0; i < tile.count(); i++) {
      float sum = 0;
      for (float[] delta : deltas) {
        sum += delta[i];
      }
      float mean = sum / deltas.length;
      float squares = 0;
      for (float[] delta : deltas) {
        squares += (delta[i] - mean) * (delta[i] - mean);
      }
      tile.out()[i] = squares / deltas.length;
    }
    return new float[][] {tile.out()};
  }
}
