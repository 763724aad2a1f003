package org.cycleqd.checkpoint.adapter;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import org.assertj.core.data.Offset;
import org.cycleqd.checkpoint.Checkpoint;
import org.cycleqd.tensor.SafetensorsFile;
import org.cycleqd.tensor.TensorRows;
import org.cycleqd.tensor.TensorView;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Against weights that PEFT merged. */
class GoldenAdapterTest {

  static Path golden(String name) {
    Path folder =
        Path.of(System.getProperty("cycleqd.root")).resolve("../shared/golden/peft/" + name);
    Assumptions.assumeTrue(Files.isDirectory(folder), "golden adapters are not here");
    return folder;
  }

  @ParameterizedTest
  @CsvSource({
    "plain_qv, 1e-6",
    "plain_all, 1e-6",
    "second_qv, 1e-6",
    "rslora, 1e-6",
    "dora, 2e-6",
    "dora_rslora, 2e-6",
    "patterns, 1e-6",
    "modules_to_save, 1e-6",
    "embedding, 1e-6",
    "layers_to_transform, 1e-6",
    "regex_targets, 1e-6",
    "combine/cat, 1e-6",
    "combine/svd/adapter_rank4, 1e-6"
  })
  void theEffectiveWeightsAreThoseThatPeftMerges(String name, float tolerance) throws IOException {
    Path folder = golden(name);
    try (Checkpoint base = Checkpoint.open(golden("base"));
        Adapter adapter = Adapter.open(folder)) {
      assertMerged(adapter.applyTo(base), folder, tolerance);
    }
  }

  /** Compares the tensors, in tiles of an odd size, with a file of merged weights. */
  static void assertMerged(Map<String, TensorRows> changed, Path folder, float tolerance)
      throws IOException {
    try (SafetensorsFile merged = SafetensorsFile.open(folder.resolve("merged.safetensors"))) {
      assertThat(changed.keySet()).containsExactlyInAnyOrderElementsOf(merged.tensors().keySet());
      for (TensorView expected : merged.tensors().values()) {
        TensorRows rows = Objects.requireNonNull(changed.get(expected.spec().name()));
        assertThat(rows.spec().shape()).isEqualTo(expected.spec().shape());
        int columns = (int) expected.spec().columns();
        for (int first = 0; first < expected.spec().rows(); first += 7) {
          int count = (int) Math.min(7, expected.spec().rows() - first);
          float[] wanted = new float[count * columns];
          float[] found = new float[count * columns + 3];
          expected.read(first, count, wanted);
          rows.read(first, count, found);
          for (int i = 0; i < wanted.length; i++) {
            assertThat(found[i])
                .as("%s row %d", expected.spec().name(), first + i / columns)
                .isCloseTo(wanted[i], Offset.offset(tolerance));
          }
        }
      }
    }
  }

  @Test
  void factorsHaveTheBasesOrientation() throws IOException {
    try (Checkpoint base = Checkpoint.open(golden("base"));
        Adapter adapter = Adapter.open(golden("embedding"))) {
      LowRankFactors embedding =
          Objects.requireNonNull(adapter.factors(base).get("model.embed_tokens.weight"));
      assertThat(embedding.a().spec().shape()).containsExactly(4L, 64L);
      assertThat(embedding.b().spec().shape()).containsExactly(320L, 4L);
      assertThat(embedding.scale()).isEqualTo(2);
      assertThat(embedding.dora()).isFalse();
      assertThat(adapter.factors(base).sequencedKeySet())
          .containsExactly(
              "model.embed_tokens.weight",
              "model.layers.0.self_attn.q_proj.weight",
              "model.layers.1.self_attn.q_proj.weight");
    }
    try (Checkpoint base = Checkpoint.open(golden("base"));
        Adapter adapter = Adapter.open(golden("dora_rslora"))) {
      assertThat(adapter.factors(base).values())
          .allSatisfy(factors -> {
            assertThat(factors.dora()).isTrue();
            assertThat(factors.scale()).isEqualTo(3 / Math.sqrt(2));
          });
    }
  }
}
