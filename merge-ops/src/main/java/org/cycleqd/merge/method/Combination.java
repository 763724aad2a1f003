package org.cycleqd.merge.method;

import org.cycleqd.merge.kernel.MergeKernel;
import org.cycleqd.merge.stream.Tile;
import org.cycleqd.merge.stream.TileStep;

/** Steps that add up inputs with fixed coefficients, and what goes with them. */
final class Combination {

  private Combination() {}

  static float[] floats(double[] values) {
    float[] floats = new float[values.length];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = (float) values[i];
    }
    return floats;
  }

  /** {@code coefficients[0] base + sum_i coefficients[i + 1] theta_i}. */
  static TileStep ofBaseAndModels(MergeKernel kernel, double... coefficients) {
    float[] shares = floats(coefficients);
    return tile -> kernel.weightedSum(inputs(tile, true), shares, tile.out(), tile.count());
  }

  /** {@code sum_i coefficients[i] theta_i}. */
  static TileStep ofModels(MergeKernel kernel, double... coefficients) {
    float[] shares = floats(coefficients);
    return tile -> kernel.weightedSum(tile.models(), shares, tile.out(), tile.count());
  }

  /** {@code theta_0 + sum_i coefficients[i] delta_i}. */
  static TileStep ofDeltas(MergeKernel kernel, double... coefficients) {
    float[] shares = floats(coefficients);
    return tile ->
        kernel.addDifferences(tile.base(), tile.models(), shares, tile.out(), tile.count());
  }

  /** The arrays of a tile, the base in front if it takes part. */
  static float[][] inputs(Tile tile, boolean withBase) {
    if (!withBase) {
      return tile.models();
    }
    float[][] inputs = new float[tile.models().length + 1][];
    inputs[0] = tile.base();
    System.arraycopy(tile.models(), 0, inputs, 1, tile.models().length);
    return inputs;
  }

  /** Turns the models of a tile into task vectors. */
  static float[][] deltas(MergeKernel kernel, Tile tile) {
    for (float[] model : tile.models()) {
      kernel.subtract(model, tile.base(), tile.count());
    }
    return tile.models();
  }
}
