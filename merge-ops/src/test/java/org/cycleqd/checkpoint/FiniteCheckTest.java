package org.cycleqd.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;
import org.cycleqd.tensor.DType;
import org.cycleqd.tensor.TensorSource;
import org.cycleqd.tensor.TensorSpec;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class FiniteCheckTest {

  @TempDir private Path parent;

  @ParameterizedTest
  @EnumSource(
      value = DType.class,
      names = {"F32", "BF16", "F16"})
  void theFirstOfEachTensorIsReportedInTheModelsOrder(DType dtype)
      throws IOException, InterruptedException {
    LlamaConfig config = TinyModel.of(dtype).config();
    TensorSource broken =
        (spec, target) -> TensorSource.ofFloats(name -> broken(spec, name)).write(spec, target);
    Path folder = parent.resolve("m");
    CheckpointWriter.publish(
        folder,
        CheckpointContent.of(config, broken).withMaximumShardBytes(700),
        ExistingTarget.REFUSE);
    AtomicLong read = new AtomicLong();
    try (Checkpoint model = Checkpoint.open(folder)) {
      assertThat(FiniteCheck.of(model, bytes -> read.accumulateAndGet(bytes, Math::max)))
          .containsExactly(
              new NonFinite("model.layers.1.mlp.down_proj.weight", 20, Float.NaN),
              new NonFinite("lm_head.weight", 95, Float.NEGATIVE_INFINITY));
    }
    assertThat(read).hasValue(config.tensors().stream().mapToLong(TensorSpec::bytes).sum());
    try (Checkpoint model = Checkpoint.open(TinyModel.of(dtype).publish(parent.resolve("sound")))) {
      assertThat(FiniteCheck.of(model, bytes -> {})).isEmpty();
    }
  }

  private static float[] broken(TensorSpec spec, String name) {
    float[] floats = TinyModel.floats(3, spec);
    switch (name) {
      case "model.layers.1.mlp.down_proj.weight" -> {
        floats[20] = Float.NaN;
        floats[21] = Float.POSITIVE_INFINITY;
      }
      case "lm_head.weight" -> floats[95] = Float.NEGATIVE_INFINITY;
      default -> {}
    }
    return floats;
  }
}
