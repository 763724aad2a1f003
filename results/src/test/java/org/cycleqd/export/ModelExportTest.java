package org.cycleqd.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SequencedMap;
import org.cycleqd.checkpoint.AttentionConfig;
import org.cycleqd.checkpoint.Checkpoint;
import org.cycleqd.checkpoint.CheckpointContent;
import org.cycleqd.checkpoint.CheckpointException;
import org.cycleqd.checkpoint.CheckpointWriter;
import org.cycleqd.checkpoint.ExistingTarget;
import org.cycleqd.checkpoint.LlamaConfig;
import org.cycleqd.checkpoint.RotaryEmbedding;
import org.cycleqd.checkpoint.SpecialTokens;
import org.cycleqd.report.TaskScore;
import org.cycleqd.tensor.DType;
import org.cycleqd.tensor.TensorSource;
import org.cycleqd.tensor.TensorSpec;
import org.cycleqd.tensor.TensorView;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelExportTest {

  private static final ModelCard CARD =
      new ModelCard(
          "tiny-merge",
          List.of("lab/base", "lab/code \"expert\""),
          Optional.of("apache-2.0"),
          "Merged by CycleQD with SVD-based mutation.",
          "tiny-run",
          42,
          "Elite 17, child of elites 3 and 9.",
          scores(),
          "./cycleqd export --run tiny-run",
          "method: cycleqd\n```\nseed: 42\n",
          Optional.of("merge_method: task_arithmetic\n"));

  @TempDir private Path parent;

  @Test
  void anExportedModelOpensAndHasTheGivenWeights() throws IOException {
    Path donorFolder = donor();
    Path target = parent.resolve("export");
    String digest;
    try (Checkpoint donor = Checkpoint.open(donorFolder)) {
      digest = donor.digest();
      ModelExport.publish(
          target, donor, TensorSource.ofViews(donor.tensors()), CARD, ExistingTarget.REFUSE);
    }
    try (Checkpoint model = Checkpoint.open(target)) {
      assertThat(model.digest()).isEqualTo(digest);
    }
    assertThat(target.resolve("README.md")).hasContent(CARD.toMarkdown());
    assertThat(target.resolve("tokenizer.json")).hasContent("{}");
    assertThat(target.resolve("mergekit_config.yml")).hasContent("merge_method: task_arithmetic\n");
  }

  @Test
  void composedFloatsAreRoundedToTheDonorsDtype() throws IOException {
    Path target = parent.resolve("export");
    try (Checkpoint donor = Checkpoint.open(donor())) {
      TensorSource doubled =
          TensorSource.ofFloats(name -> {
            float[] weights = Objects.requireNonNull(donor.tensors().get(name)).toFloats();
            for (int i = 0; i < weights.length; i++) {
              weights[i] = 2 * weights[i] + 1e-9f;
            }
            return weights;
          });
      ModelExport.publish(target, donor, doubled, CARD, ExistingTarget.REFUSE);
      try (Checkpoint model = Checkpoint.open(target)) {
        for (TensorView view : model.tensors().values()) {
          assertThat(view.spec().dtype()).isEqualTo(DType.BF16);
          float[] expected =
              Objects.requireNonNull(donor.tensors().get(view.spec().name())).toFloats();
          for (int i = 0; i < expected.length; i++) {
            expected[i] *= 2;
          }
          assertThat(view.toFloats()).isEqualTo(expected);
        }
      }
    }
  }

  @Test
  void aFilledTargetIsRefused() throws IOException {
    Path target = Files.createDirectory(parent.resolve("export"));
    Files.writeString(target.resolve("notes"), "");
    try (Checkpoint donor = Checkpoint.open(donor())) {
      TensorSource same = TensorSource.ofViews(donor.tensors());
      assertThatThrownBy(
              () -> ModelExport.publish(target, donor, same, CARD, ExistingTarget.REFUSE))
          .isInstanceOf(CheckpointException.class)
          .hasMessageContaining("found a folder with content");
    }
  }

  @Test
  void theCardTellsWhatTheModelIs() {
    assertThat(CARD.toMarkdown())
        .startsWith(
            """
            ---
            base_model:
            - "lab/base"
            - "lab/code \\"expert\\""
            base_model_relation: merge
            license: "apache-2.0"
            library_name: transformers
            """)
        .contains("tags:\n- merge\n- cycleqd\n---\n")
        .contains("# tiny-merge\n\nMerged by CycleQD with SVD-based mutation.\n")
        .contains("| run | tiny-run |\n| seed | 42 |\n| merged from | lab/base |\n")
        .contains("| --- |\n| code | 0.7500 | 0.0313 | 200 |\n")
        .contains("| a\\|b | 1.0000 | 0.0000 | 5 |\n")
        .contains("Elite 17, child of elites 3 and 9.")
        .contains("```\n./cycleqd export --run tiny-run\n```\n")
        .contains("`mergekit_config.yml`")
        .contains("````\nmethod: cycleqd\n```\nseed: 42\n````\n")
        .doesNotContain("Not scored", "{{");
  }

  @Test
  void unknownLicenceAndMissingScoresAreNotInvented() {
    ModelCard bare =
        new ModelCard(
            "x\n---\ntags: [evil]",
            List.of("b\nlicense: mit"),
            Optional.empty(),
            "<script>",
            "r",
            -1,
            "",
            new LinkedHashMap<>(),
            "c",
            "{{name}}",
            Optional.empty());
    assertThat(bare.toMarkdown())
        .contains("- \"b\\nlicense: mit\"\n", "# x --- tags: [evil]\n", "&lt;script>", "{{name}}")
        .contains("Not scored on a test split.")
        .doesNotContain("\nlicense:", "| task |", "<script", "mergekit");
  }

  private static SequencedMap<String, TaskScore> scores() {
    SequencedMap<String, TaskScore> scores = new LinkedHashMap<>();
    scores.put("code", new TaskScore(0.75, 0.03125, 200));
    scores.put("a|b", new TaskScore(1, 0, 5));
    return scores;
  }

  private Path donor() throws IOException {
    LlamaConfig config =
        new LlamaConfig(
            12,
            8,
            10,
            1,
            new AttentionConfig(2, 1, 4, false),
            false,
            1e-5,
            RotaryEmbedding.of(1e4),
            64,
            true,
            DType.BF16,
            SpecialTokens.of(1, 2));
    Path folder = parent.resolve("donor");
    CheckpointContent content =
        CheckpointContent.of(config, TensorSource.ofFloats(name -> ramp(config, name)))
            .withFile("tokenizer.json", "{}");
    CheckpointWriter.publish(folder, content, ExistingTarget.REFUSE);
    return folder;
  }

  private static float[] ramp(LlamaConfig config, String name) {
    TensorSpec spec =
        config.tensors().stream().filter(s -> s.name().equals(name)).findFirst().orElseThrow();
    float[] weights = new float[(int) spec.elements()];
    for (int i = 0; i < weights.length; i++) {
      weights[i] = 0.5f + i * 0.37f;
    }
    return weights;
  }
}
