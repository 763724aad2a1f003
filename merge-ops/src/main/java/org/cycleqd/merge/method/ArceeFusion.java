package org.cycleqd.merge.method;

import java.io.IOException;
import java.util.List;
import org.cycleqd.merge.kernel.MergeKernel;
import org.cycleqd.merge.method.Signature.Base;
import org.cycleqd.merge.stream.Selection;
import org.cycleqd.merge.stream.TensorTask;
import org.cycleqd.merge.stream.Tile;
import org.cycleqd.merge.stream.TileStep;
import org.cycleqd.merge.stream.Tiles;

/**
 * Takes over the important changes: importance is {@code |delta|} times the divergence of the rows'
 * soft-maxima, {@code KL(softmax(theta_1) || softmax(theta_0))}; an element is taken over from
 * {@code median + 1.5 (q_3 - q_1)} of its tensor on. Quantiles are exact for any size.
 */
final class ArceeFusion implements MergeMethod {

  private static final double EPSILON = 1e-8;
  private static final double WHISKER = 1.5;

  private final MergeKernel kernel;

  ArceeFusion(MergeKernel kernel) {
    this.kernel = kernel;
  }

  @Override
  public Signature signature() {
    return new Signature("arcee_fusion", Base.REQUIRED, 1, 1, List.of(), List.of());
  }

  @Override
  public long workingBytes(TensorTask task, int threads) {
    return task.output().rows() * Double.BYTES
        + 3 * Selection.workingBytes(task.output().elements(), threads);
  }

  @Override
  public TileStep prepare(TensorTask task, Tiles tiles) throws IOException {
    double[] divergences = new double[Math.toIntExact(task.output().rows())];
    tiles.forEach(task, _ -> {}, (tile, _) -> diverge(tile, divergences));
    long n = task.output().elements();
    List<Selection.Found> quartiles =
        new Selection(kernel, tiles, task, tile -> importance(tile, divergences), false)
            .cuts(List.of(List.of(rank(n, 0.25), rank(n, 0.5), rank(n, 0.75))))
            .getFirst();
    float spread = quartiles.get(2).cut().magnitude() - quartiles.get(0).cut().magnitude();
    float threshold = (float) (quartiles.get(1).cut().magnitude() + WHISKER * spread);
    return tile -> {
      float[] importance = importance(tile, divergences)[0];
      float[] model = tile.models()[0];
      float[] base = tile.base();
      for (int i = 0; i < tile.count(); i++) {
        tile.out()[i] = base[i] + (importance[i] >= threshold ? model[i] - base[i] : 0);
      }
    };
  }

  /** The quantile without interpolation, as a rank from the largest. */
  private static long rank(long n, double quantile) {
    return n - (long) Math.floor(quantile * (n - 1));
  }

  private static float[][] importance(Tile tile, double[] divergences) {
    float[] model = tile.models()[0];
    float[] base = tile.base();
    for (int row = 0; row < tile.rows(); row++) {
      float divergence = (float) divergences[(int) tile.firstRow() + row];
      for (int i = row * tile.columns(); i < (row + 1) * tile.columns(); i++) {
        tile.out()[i] = Math.abs(model[i] - base[i]) * divergence;
      }
    }
    return new float[][] {tile.out()};
  }

  private static void diverge(Tile tile, double[] divergences) {
    double[] of = new double[tile.columns()];
    double[] from = new double[tile.columns()];
    for (int row = 0; row < tile.rows(); row++) {
      softmax(tile.models()[0], row * tile.columns(), of);
      softmax(tile.base(), row * tile.columns(), from);
      double sum = 0;
      for (int i = 0; i < of.length; i++) {
        sum += of[i] * Math.log((of[i] + EPSILON) / (from[i] + EPSILON));
      }
      divergences[(int) tile.firstRow() + row] = Math.max(sum, 0);
    }
  }

  private static void softmax(float[] values, int start, double[] out) {
    double largest = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < out.length; i++) {
      largest = Math.max(largest, values[start + i]);
    }
    double sum = 0;
    for (int i = 0; i < out.length; i++) {
      out[i] = Math.exp(values[start + i] - largest);
      sum += out[i];
    }
    for (int i = 0; i < out.length; i++) {
      out[i] /= sum;
    }
  }
}
