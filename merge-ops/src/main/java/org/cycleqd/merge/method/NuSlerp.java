package org.cycleqd.merge.method;

import java.io.IOException;
import java.util.List;
import org.cycleqd.merge.kernel.MergeKernel;
import org.cycleqd.merge.method.Signature.Base;
import org.cycleqd.merge.stream.TensorTask;
import org.cycleqd.merge.stream.Tile;
import org.cycleqd.merge.stream.TileStep;
import org.cycleqd.merge.stream.Tiles;

/**
 * Spherical interpolation between two models, of their task vectors if a base is given, with {@code
 * t = w_2 / (w_1 + w_2)}.
 *
 * <p>The tensor is one vector ({@code nuslerp_flatten}), or each row is one, or, with {@code
 * nuslerp_row_wise}, each column.
 */
final class NuSlerp implements MergeMethod {

  private static final double CANCELLED = 1e-6;
  private static final double PARALLEL = 1e-8;
  private static final int PAIRS = 3;

  private final MergeKernel kernel;

  NuSlerp(MergeKernel kernel) {
    this.kernel = kernel;
  }

  @Override
  public Signature signature() {
    return new Signature(
        "nuslerp",
        Base.OPTIONAL,
        2,
        2,
        List.of(Parameter.number("weight")),
        List.of(
            Parameter.flag("nuslerp_flatten", true), Parameter.flag("nuslerp_row_wise", false)));
  }

  @Override
  public TileStep prepare(TensorTask task, Tiles tiles) throws IOException {
    double[] weights = task.numbers("weight");
    double sum = weights[0] + weights[1];
    double t = Math.abs(sum) < CANCELLED ? 0.5 : weights[1] / sum;
    boolean fromBase = task.base().isPresent();
    boolean matrix = task.output().shape().size() > 1;
    if (task.parameters().flag("nuslerp_flatten") || !matrix) {
      Gram gram = Gram.of(kernel, tiles, task, tile -> vectors(tile, fromBase), false);
      double[] shares = shares(gram, t);
      return fromBase ? Combination.ofDeltas(kernel, shares) : Combination.ofModels(kernel, shares);
    }
    if (!task.parameters().flag("nuslerp_row_wise")) {
      return tile -> mergeRows(tile, t, fromBase);
    }
    double[] pairs = ColumnSums.of(tiles, task, PAIRS, tile -> columnProducts(tile, fromBase));
    int columns = (int) task.output().columns();
    float[][] shares = new float[2][columns];
    for (int column = 0; column < columns; column++) {
      double[] of = shares(Gram.of(pairs, column * PAIRS, 2), t);
      shares[0][column] = (float) of[0];
      shares[1][column] = (float) of[1];
    }
    return tile -> mergeColumns(tile, shares, fromBase);
  }

  private float[][] vectors(Tile tile, boolean fromBase) {
    return fromBase ? Combination.deltas(kernel, tile) : tile.models();
  }

  private ColumnSums.Terms columnProducts(Tile tile, boolean fromBase) {
    float[][] of = vectors(tile, fromBase);
    return (element, sums, offset) -> {
      double first = of[0][element];
      double second = of[1][element];
      sums[offset] += first * first;
      sums[offset + 1] += first * second;
      sums[offset + 2] += second * second;
    };
  }

  private void mergeRows(Tile tile, double t, boolean fromBase) {
    float[][] of = vectors(tile, fromBase);
    double[] pairs = new double[PAIRS];
    for (int row = 0; row < tile.rows(); row++) {
      int start = row * tile.columns();
      Gram.row(kernel, of, start, tile.columns(), pairs, 0);
      float[] shares = Combination.floats(shares(Gram.of(pairs, 0, 2), t));
      for (int i = start; i < start + tile.columns(); i++) {
        float merged = shares[0] * of[0][i] + shares[1] * of[1][i];
        tile.out()[i] = fromBase ? tile.base()[i] + merged : merged;
      }
    }
  }

  private void mergeColumns(Tile tile, float[][] shares, boolean fromBase) {
    float[][] of = vectors(tile, fromBase);
    for (int i = 0; i < tile.count(); i++) {
      int column = i % tile.columns();
      float merged = shares[0][column] * of[0][i] + shares[1][column] * of[1][i];
      tile.out()[i] = fromBase ? tile.base()[i] + merged : merged;
    }
  }

  private static double[] shares(Gram gram, double t) {
    double angle = Math.acos(gram.cosine(0, 1));
    double sine = Math.sin(angle);
    if (Math.abs(sine) < PARALLEL) {
      return new double[] {1 - t, t};
    }
    return new double[] {Math.sin((1 - t) * angle) / sine, Math.sin(t * angle) / sine};
  }
}
