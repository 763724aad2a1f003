package org.cycleqd.merge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.cycleqd.checkpoint.Checkpoint;
import org.cycleqd.tensor.SafetensorsFile;
import org.cycleqd.tensor.TensorView;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Recipes with adapters, against weights that PEFT merged. */
class AdapterMergeTest {

  private static final Path GOLDEN =
      Path.of(System.getProperty("cycleqd.root")).resolve("../shared/golden/peft");

  @TempDir private static Path folder;
  private static TestModels models = new TestModels(Path.of(""));

  @BeforeAll
  static void copyModels() throws IOException {
    Assumptions.assumeTrue(Files.isDirectory(GOLDEN), "golden adapters are not here");
    models = new TestModels(folder);
    try (Stream<Path> files = Files.walk(GOLDEN)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Path copy = folder.resolve(GOLDEN.relativize(file).toString());
        Files.createDirectories(Objects.requireNonNull(copy.getParent()));
        Files.copy(file, copy);
      }
    }
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
  void anAdapterIsMergedIntoItsBase(String adapter, float tolerance) throws IOException {
    Path merged =
        models.merge(
            "models: [{model: base+%s}]\nmerge_method: passthrough\n".formatted(adapter),
            "merged/" + adapter);
    requireMerged(merged, folder.resolve(adapter), tolerance);
  }

  @ParameterizedTest
  @CsvSource({"task_arithmetic", "linear"})
  void twoAdaptersAddUp(String method) throws IOException {
    boolean linear = method.equals("linear");
    Path merged =
        models.merge(
            """
            models:
            - {model: base+plain_qv, parameters: {weight: 0.7}}
            - {model: base+second_qv, parameters: {weight: -0.4}}
            %s
            merge_method: %s
            base_model: base
            parameters: {normalize: false}
            """
                .formatted(linear ? "- {model: base, parameters: {weight: 0.7}}" : "", method),
            method);
    requireMerged(merged, folder.resolve("combine/cat"), 1e-6f);
    assertThat(merged.resolve("README.md"))
        .content()
        .contains("- \"base\"\n- \"plain_qv\"\n- \"second_qv\"\n", "- plain_qv: none declared");
  }

  @Test
  void anAdapterOfAnotherShapeIsRefused() throws IOException {
    models.publish("other", TestModels.Shape.USUAL);
    assertThatThrownBy(
            () -> models.plan("models: [{model: other+plain_qv}]\nmerge_method: passthrough\n"))
        .hasMessageContaining("q_proj")
        .hasMessageContaining("other");
    assertThatThrownBy(
            () -> models.plan("models: [{model: base+base}]\nmerge_method: passthrough\n"))
        .hasMessageContaining("base/adapter_config.json: file: found none");
  }

  /** The changed tensors are those of the file, the others the base's. */
  private void requireMerged(Path merged, Path expected, float tolerance) throws IOException {
    try (Checkpoint base = Checkpoint.open(folder.resolve("base"));
        Checkpoint found = Checkpoint.open(merged);
        SafetensorsFile changed = SafetensorsFile.open(expected.resolve("merged.safetensors"))) {
      assertThat(changed.tensors()).isNotEmpty();
      for (TensorView view : found.tensors().values()) {
        String name = view.spec().name();
        TensorView wanted = changed.tensors().get(name);
        float[] values = (wanted == null ? base.tensor(name) : wanted).toFloats();
        assertThat(view.toFloats()).as(name).containsExactly(values, Offset.offset(tolerance));
      }
    }
  }
}
