package org.cycleqd.merge.method;

import java.io.IOException;
import org.cycleqd.merge.kernel.MergeKernel;
import org.cycleqd.merge.stream.TensorTask;
import org.cycleqd.merge.stream.TileStep;
import org.cycleqd.merge.stream.Tiles;

/**
 * Inner products of all pairs of N vectors, in float64.
 *
 * @param products [N][N], symmetric
 */
@SuppressWarnings("ArrayRecordComponent") // a small matrix, never compared
record Gram(double[][] products) {

  /**
   * Takes the products over a whole tensor in one pass.
   *
   * @param prepare what is done to the tiles first
   * @param withBase whether the base is a vector too, in front of the models
   */
  static Gram of(
      MergeKernel kernel, Tiles tiles, TensorTask task, TileStep prepare, boolean withBase)
      throws IOException {
    int vectors = task.sources().size() + (withBase ? 1 : 0);
    double[] sums =
        tiles.sums(
            task,
            prepare,
            vectors * (vectors + 1) / 2,
            (tile, start, out, offset) ->
                row(
                    kernel,
                    Combination.inputs(tile, withBase),
                    start,
                    tile.columns(),
                    out,
                    offset));
    return of(sums, 0, vectors);
  }

  /** The pairs' products in the order (0,0), (1,0), (1,1), (2,0) and so on. */
  static Gram of(double[] pairs, int offset, int vectors) {
    double[][] products = new double[vectors][vectors];
    int next = offset;
    for (int i = 0; i < vectors; i++) {
      for (int j = 0; j <= i; j++) {
        products[i][j] = pairs[next];
        products[j][i] = pairs[next++];
      }
    }
    return new Gram(products);
  }

  static void row(
      MergeKernel kernel, float[][] inputs, int start, int columns, double[] out, int offset) {
    if (inputs.length == 2) {
      kernel.dots(inputs[0], inputs[1], start, columns, out, offset);
      return;
    }
    int next = offset;
    for (int i = 0; i < inputs.length; i++) {
      for (int j = 0; j <= i; j++) {
        out[next++] = kernel.dot(inputs[i], inputs[j], start, columns);
      }
    }
  }

  int size() {
    return products.length;
  }

  double norm(int i) {
    return Math.sqrt(products[i][i]);
  }

  /** Cosine of the angle between two vectors; 0 if one is zero. */
  double cosine(int i, int j) {
    double scale = norm(i) * norm(j);
    return scale == 0 ? 0 : Math.clamp(products[i][j] / scale, -1, 1);
  }
}
