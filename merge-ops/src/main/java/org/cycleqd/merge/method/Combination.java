package org.cycleqd.merge.method;

import java.lang.foreign.MemorySegment;
import org.cycleqd.merge.kernel.FusedSums;
import org.cycleqd.merge.kernel.MergeKernel;
import org.cycleqd.merge.stream.FusedStep;
import org.cycleqd.merge.stream.Tile;

/** The step that adds up inputs with fixed coefficients, and what goes with it. */
final class Combination implements FusedStep {

  private enum Form {
    /** {@code sum_i coefficients[i] theta_i}. */
    MODELS,
    /** {@code coefficients[0] theta_0 + sum_i coefficients[i + 1] theta_i}. */
    BASE_AND_MODELS,
    /** {@code theta_0 + sum_i coefficients[i] delta_i}. */
    DELTAS
  }

  private final MergeKernel kernel;
  private final Form form;
  private final float[] coefficients;

  private Combination(MergeKernel kernel, Form form, double... coefficients) {
    this.kernel = kernel;
    this.form = form;
    this.coefficients = floats(coefficients);
  }

  /** {@code coefficients[0] theta_0 + sum_i coefficients[i + 1] theta_i}. */
  static Combination ofBaseAndModels(MergeKernel kernel, double... coefficients) {
    return new Combination(kernel, Form.BASE_AND_MODELS, coefficients);
  }

  /** {@code sum_i coefficients[i] theta_i}. */
  static Combination ofModels(MergeKernel kernel, double... coefficients) {
    return new Combination(kernel, Form.MODELS, coefficients);
  }

  /** {@code theta_0 + sum_i coefficients[i] delta_i}. */
  static Combination ofDeltas(MergeKernel kernel, double... coefficients) {
    return new Combination(kernel, Form.DELTAS, coefficients);
  }

  @Override
  public boolean isElementwise() {
    return true;
  }

  @Override
  public void apply(Tile tile) {
    if (form == Form.DELTAS) {
      kernel.addDifferences(tile.base(), tile.models(), coefficients, tile.out(), tile.count());
    } else {
      kernel.weightedSum(
          inputs(tile, form == Form.BASE_AND_MODELS), coefficients, tile.out(), tile.count());
    }
  }

  @Override
  public boolean apply(
      MemorySegment base, MemorySegment[] models, long first, MemorySegment out, int count) {
    return switch (form) {
      case MODELS -> FusedSums.weightedSum(models, coefficients, out, count);
      case DELTAS -> FusedSums.addDifferences(base, models, coefficients, out, count);
      case BASE_AND_MODELS -> {
        MemorySegment[] inputs = new MemorySegment[models.length + 1];
        inputs[0] = base;
        System.arraycopy(models, 0, inputs, 1, models.length);
        yield FusedSums.weightedSum(inputs, coefficients, out, count);
      }
    };
  }

  static float[] floats(double[] values) {
    float[] floats = new float[values.length];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = (float) values[i];
    }
    return floats;
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
