package org.cycleqd.merge.method;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.cycleqd.merge.kernel.MergeKernel;
import org.cycleqd.merge.method.Signature.Base;
import org.cycleqd.merge.stream.TensorTask;
import org.cycleqd.merge.stream.Tile;
import org.cycleqd.merge.stream.TileStep;
import org.cycleqd.merge.stream.Tiles;

/**
 * Model stock (arXiv 2403.19522): {@code t mean(theta_i) + (1 - t) theta_0} with {@code t = N c /
 * (1 + (N - 1) c)} and c the mean cosine between task vectors; per row if {@code filter_wise}.
 */
final class ModelStock implements MergeMethod {

  private final MergeKernel kernel;

  ModelStock(MergeKernel kernel) {
    this.kernel = kernel;
  }

  @Override
  public Signature signature() {
    return new Signature(
        "model_stock",
        Base.REQUIRED,
        2,
        Integer.MAX_VALUE,
        List.of(),
        List.of(Parameter.flag("filter_wise", false)));
  }

  @Override
  public TileStep prepare(TensorTask task, Tiles tiles) throws IOException {
    if (task.parameters().flag("filter_wise")) {
      return this::mergeRows;
    }
    int models = task.sources().size();
    Gram gram = Gram.of(kernel, tiles, task, tile -> Combination.deltas(kernel, tile), false);
    double[] shares = new double[models];
    Arrays.fill(shares, ratio(gram) / models);
    return Combination.ofDeltas(kernel, shares);
  }

  private void mergeRows(Tile tile) {
    float[][] deltas = Combination.deltas(kernel, tile);
    double[] pairs = new double[deltas.length * (deltas.length + 1) / 2];
    for (int row = 0; row < tile.rows(); row++) {
      int start = row * tile.columns();
      Gram.row(kernel, deltas, start, tile.columns(), pairs, 0);
      float share = (float) (ratio(Gram.of(pairs, 0, deltas.length)) / deltas.length);
      for (int i = start; i < start + tile.columns(); i++) {
        float sum = 0;
        for (float[] delta : deltas) {
          sum += share * delta[i];
        }
        tile.out()[i] = tile.base()[i] + sum;
      }
    }
  }

  private static double ratio(Gram gram) {
    int n = gram.size();
    double sum = 0;
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < i; j++) {
        sum += gram.cosine(i, j);
      }
    }
    double cosine = sum / (n * (n - 1) / 2.0);
    return n * cosine / (1 + (n - 1) * cosine);
  }
}
