package org.cycleqd.spectral.svf;

import java.io.IOException;
import java.nio.file.Path;
import org.cycleqd.checkpoint.AttentionConfig;
import org.cycleqd.checkpoint.Checkpoint;
import org.cycleqd.checkpoint.CheckpointContent;
import org.cycleqd.checkpoint.CheckpointWriter;
import org.cycleqd.checkpoint.ExistingTarget;
import org.cycleqd.checkpoint.LlamaConfig;
import org.cycleqd.checkpoint.RotaryEmbedding;
import org.cycleqd.checkpoint.SpecialTokens;
import org.cycleqd.random.Draws;
import org.cycleqd.tensor.DType;
import org.cycleqd.tensor.TensorSource;

/** A model of two layers, 8 wide, with normal weights. */
final class TinyBase {

  static final String UP = "model.layers.0.mlp.up_proj.weight";
  static final String DOWN = "model.layers.1.mlp.down_proj.weight";

  private TinyBase() {}

  /**
   * Publishes and opens a model.
   *
   * @param move how far the matrices lie from those of move 0
   */
  static Checkpoint publish(Path folder, DType dtype, double move) throws IOException {
    LlamaConfig config =
        new LlamaConfig(
            12,
            8,
            10,
            2,
            new AttentionConfig(2, 1, 4, false),
            false,
            1e-5,
            RotaryEmbedding.of(10_000),
            32,
            false,
            dtype,
            SpecialTokens.none());
    TensorSource weights =
        (spec, target) -> {
          Draws draws = Draws.at(1, spec.name());
          float[] values = new float[(int) spec.elements()];
          for (int i = 0; i < values.length; i++) {
            values[i] = (float) (draws.gaussian(i) + move * draws.child("move").gaussian(i));
          }
          TensorSource.ofFloats(_ -> values).write(spec, target);
        };
    CheckpointWriter.publish(folder, CheckpointContent.of(config, weights), ExistingTarget.REFUSE);
    return Checkpoint.open(folder);
  }

  /** Vectors for two matrices with random numbers. */
  static SvfVectors expert(Checkpoint base, SvfRule rule) {
    SvfVectors vectors =
        SvfVectors.neutral(base, rule, name -> name.equals(UP) || name.equals(DOWN));
    vectors
        .z()
        .forEach((name, z) -> {
          for (int i = 0; i < z.length; i++) {
            z[i] += (float) (0.5 * Draws.at(3, name).gaussian(i));
          }
        });
    return vectors;
  }
}
