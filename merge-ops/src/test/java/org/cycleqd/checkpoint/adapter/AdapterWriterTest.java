package org.cycleqd.checkpoint.adapter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.cycleqd.checkpoint.Checkpoint;
import org.cycleqd.checkpoint.CheckpointException;
import org.cycleqd.checkpoint.ExistingTarget;
import org.cycleqd.tensor.DType;
import org.cycleqd.tensor.SafetensorsFile;
import org.cycleqd.tensor.TensorRows;
import org.cycleqd.tensor.TensorSpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AdapterWriterTest {

  @TempDir private Path parent;

  private static LowRankFactors factors(String module, int rank, double scale) {
    return new LowRankFactors(
        module + ".weight",
        scale,
        new FloatRows(
            TensorSpec.of("A", DType.F32, rank, 24), TinyBase.noise("a" + module, rank * 24L, 1)),
        new FloatRows(
            TensorSpec.of("B", DType.F32, 24, rank), TinyBase.noise("b" + module, rank * 24L, 1)),
        false);
  }

  @Test
  void theConfigurationIsSortedAndNamesRanksThatDiffer() throws IOException {
    AdapterContent content =
        AdapterContent.of(
            "models/base",
            List.of(
                factors(TinyBase.query(0), 3, 1),
                factors(TinyBase.query(1), 3, 1),
                factors("model.layers.0.self_attn.o_proj", 2, 0.75)),
            DType.BF16);
    AdapterWriter.publish(parent.resolve("a"), content, ExistingTarget.REFUSE);
    assertThat(parent.resolve("a/adapter_config.json"))
        .hasContent(
            """
            {
              "alpha_pattern": {
                "model\\\\.layers\\\\.0\\\\.self_attn\\\\.o_proj": 1.5
              },
              "base_model_name_or_path": "models/base",
              "bias": "none",
              "ensure_weight_tying": false,
              "fan_in_fan_out": false,
              "inference_mode": true,
              "init_lora_weights": true,
              "lora_alpha": 3,
              "lora_bias": false,
              "lora_dropout": 0.0,
              "modules_to_save": null,
              "peft_type": "LORA",
              "r": 3,
              "rank_pattern": {
                "model\\\\.layers\\\\.0\\\\.self_attn\\\\.o_proj": 2
              },
              "target_modules": [
                "model.layers.0.self_attn.o_proj",
                "model.layers.0.self_attn.q_proj",
                "model.layers.1.self_attn.q_proj"
              ],
              "task_type": "CAUSAL_LM",
              "use_dora": false,
              "use_rslora": false
            }\
            """);
    try (SafetensorsFile file =
        SafetensorsFile.open(parent.resolve("a/adapter_model.safetensors"))) {
      assertThat(file.metadata()).containsEntry("format", "pt");
      assertThat(file.tensors().keySet())
          .hasSize(6)
          .contains("base_model.model.model.layers.0.self_attn.q_proj.lora_A.weight");
      assertThat(file.tensors().values())
          .allSatisfy(view -> assertThat(view.spec().dtype()).isEqualTo(DType.BF16));
    }
    try (Checkpoint base =
            Checkpoint.open(new TinyBase(false, false).publish(parent.resolve("base")));
        Adapter adapter = Adapter.open(parent.resolve("a"))) {
      assertThat(adapter.applyTo(base)).hasSize(3);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"plain_all", "patterns", "rslora", "embedding"})
  void anAdapterOfPeftSurvivesBeingWrittenAgain(String name) throws IOException {
    try (Checkpoint base = Checkpoint.open(GoldenAdapterTest.golden("base"));
        Adapter adapter = Adapter.open(GoldenAdapterTest.golden(name))) {
      List<LowRankFactors> factors = List.copyOf(adapter.factors(base).values());
      AdapterWriter.publish(
          parent.resolve("copy"),
          AdapterContent.of("base", factors, DType.F32),
          ExistingTarget.REFUSE);
      try (Adapter copy = Adapter.open(parent.resolve("copy"))) {
        var expected = adapter.applyTo(base);
        var found = copy.applyTo(base);
        assertThat(found.sequencedKeySet()).isEqualTo(expected.sequencedKeySet());
        for (TensorRows rows : expected.values()) {
          assertThat(FloatRows.all(Objects.requireNonNull(found.get(rows.spec().name()))))
              .isEqualTo(FloatRows.all(rows));
        }
      }
    }
  }

  @Test
  void aFailureLeavesNothingAndAFilledTargetIsRefusedBeforeTheWork() throws IOException {
    Path target = parent.resolve("a");
    assertThatThrownBy(() ->
            AdapterWriter.publishResult(
                target,
                () -> {
                  throw new IOException("no memory of it");
                },
                ExistingTarget.REFUSE))
        .hasMessage("no memory of it");
    assertThat(parent).isEmptyDirectory();
    Files.createDirectory(target);
    Files.writeString(target.resolve("mine.txt"), "mine");
    assertThatThrownBy(() ->
            AdapterWriter.publishResult(
                target,
                () -> {
                  throw new IllegalStateException("worked");
                },
                ExistingTarget.REFUSE))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("found a folder with content");
  }

  @Test
  void factorsThatAreNotFiniteAreNotPublished() {
    LowRankFactors huge = factors(TinyBase.query(0), 1, 1);
    float[] values = FloatRows.all(huge.a());
    values[5] = 1e6f;
    LowRankFactors overflowing =
        new LowRankFactors(
            huge.tensor(), 1, new FloatRows(huge.a().spec(), values), huge.b(), false);
    assertThatThrownBy(() ->
            AdapterWriter.publish(
                parent.resolve("a"),
                AdapterContent.of("base", List.of(overflowing), DType.F16),
                ExistingTarget.REFUSE))
        .hasMessageContaining("found Infinity at element 5");
    assertThat(parent).isEmptyDirectory();
  }
}
