package org.cycleqd.spectral.analysis;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.function.BiFunction;
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
import org.cycleqd.tensor.TensorSpec;

/** A base of two layers, 8 wide, with experts "a" and "b". */
record TinyModels(Checkpoint base, SequencedMap<String, Checkpoint> experts)
    implements AutoCloseable {

  /** The model named "base", "a" or "b" and the tensor to weights. */
  static TinyModels of(Path folder, BiFunction<String, TensorSpec, float[]> weights)
      throws IOException {
    SequencedMap<String, Checkpoint> experts = new LinkedHashMap<>();
    Checkpoint base = publish(folder, "base", weights);
    for (String name : List.of("a", "b")) {
      experts.put(name, publish(folder, name, weights));
    }
    return new TinyModels(base, experts);
  }

  /** Normal weights; the experts differ from the base by a tenth of that. */
  static TinyModels random(Path folder) throws IOException {
    return of(
        folder,
        (model, spec) -> {
          float[] values = new float[(int) spec.elements()];
          for (int i = 0; i < values.length; i++) {
            double delta =
                model.equals("base") ? 0 : 0.1 * Draws.at(1, model, spec.name()).gaussian(i);
            values[i] = (float) (Draws.at(1, "base", spec.name()).gaussian(i) + delta);
          }
          return values;
        });
  }

  private static Checkpoint publish(
      Path folder, String name, BiFunction<String, TensorSpec, float[]> weights)
      throws IOException {
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
            true,
            DType.F32,
            SpecialTokens.none());
    TensorSource source =
        (spec, target) -> TensorSource.ofFloats(_ -> weights.apply(name, spec)).write(spec, target);
    Path model = folder.resolve(name);
    CheckpointWriter.publish(model, CheckpointContent.of(config, source), ExistingTarget.REFUSE);
    return Checkpoint.open(model);
  }

  @Override
  public void close() {
    experts.values().forEach(Checkpoint::close);
    base.close();
  }
}
