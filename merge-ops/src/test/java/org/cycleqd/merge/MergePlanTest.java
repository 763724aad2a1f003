package org.cycleqd.merge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.cycleqd.checkpoint.Checkpoint;
import org.cycleqd.checkpoint.CheckpointContent;
import org.cycleqd.checkpoint.CheckpointException;
import org.cycleqd.checkpoint.CheckpointWriter;
import org.cycleqd.checkpoint.ExistingTarget;
import org.cycleqd.checkpoint.LinkPolicy;
import org.cycleqd.merge.TestModels.Shape;
import org.cycleqd.merge.method.MergeException;
import org.cycleqd.merge.recipe.RecipeException;
import org.cycleqd.merge.recipe.RecipeReader;
import org.cycleqd.merge.stream.TensorTask;
import org.cycleqd.merge.stream.Tiles;
import org.cycleqd.tensor.DType;
import org.cycleqd.tensor.TensorSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a plan accepts, refuses and tells before weights are read. */
class MergePlanTest {

  private static final String TIES =
      """
      models:
      - {model: b, parameters: {weight: 1, density: 0.5}}
      merge_method: ties
      base_model: a
      """;

  @TempDir private Path folder;
  private TestModels models = new TestModels(Path.of(""));

  @BeforeEach
  void publishModels() throws IOException {
    models = TestModels.ab(folder);
  }

  @Test
  void saysHowMuchIsReadAndWritten() throws IOException {
    try (MergePlan plan = models.plan(TestModels.LINEAR);
        Tiles tiles = new Tiles(2)) {
      long bytes = plan.bytesToWrite();
      assertThat(plan.bytesToRead()).isEqualTo(2 * bytes);
      assertThat(plan.tasks()).hasSize(21);
      assertThat(plan.workingBytes(tiles)).isPositive();
      assertThat(plan.notices()).isEmpty();
      assertThat(plan.conflicts()).isEmpty();
      assertThat(plan.models().keySet()).containsExactly("a", "b");
      MergeProbe probe = MergeProbe.measure(plan, tiles, folder);
      assertThat(probe.mergeRate()).isBetween(1e4, 1e12);
      assertThat(probe.writeRate()).isBetween(1e4, 1e12);
      assertThat(probe.seconds(bytes)).isPositive();
    }
    assertThat(models.names()).containsExactly("a", "b", "recipe.yaml");
  }

  @Test
  void allConflictsAreListedAndRefusedInOneLine() throws IOException {
    models.publish("b", new Shape(13, 3, true, false, 5e5, 64, DType.BF16));
    models.publish("c", new Shape(12, 2, false, false, 1e4, 64, DType.F32));
    String recipe =
        TestModels.LINEAR.replace(
            "merge_method", "- {model: c, parameters: {weight: 1}}\nmerge_method");
    try (MergePlan plan = models.plan(recipe)) {
      Path a = folder.resolve("a");
      Path b = folder.resolve("b");
      assertThat(plan.conflicts().stream().map(Throwable::getMessage))
          .containsExactly(
              "%s: vocab_size: found 13, expected 12 as in the base %s".formatted(b, a),
              "%s: num_hidden_layers: found 3, expected 2 as in the base %s".formatted(b, a),
              "%s: attention_bias: found true, expected false as in the base %s".formatted(b, a),
              "%s: mlp_bias: found true, expected false as in the base %s".formatted(b, a),
              "%s: rope_theta: found 500000.0, expected 10000.0 as in the base %s".formatted(b, a),
              ("%s: tensor model.embed_tokens.weight: found F32 [12, 8],"
                      + " expected BF16 [12, 8] as in the base %s")
                  .formatted(folder.resolve("c"), a));
      assertThat(plan.tasks()).isEmpty();
      assertThatThrownBy(() -> models.merge(plan, "m", ExistingTarget.REFUSE))
          .isInstanceOf(MergeException.class)
          .hasMessageContaining("vocab_size: found 13, expected 12")
          .hasMessageContaining("(the first of 6 conflicts; a dry run lists all)");
    }
    try (MergePlan plan = models.plan(recipe.replace("model: b", "model: a"))) {
      assertThatThrownBy(() -> models.merge(plan, "m", ExistingTarget.REFUSE))
          .isInstanceOf(CheckpointException.class)
          .hasMessageContaining("model.embed_tokens.weight: found F32 [12, 8]");
    }
    try (MergePlan plan =
        models.plan(recipe.replace("model: b", "model: a") + "dtype: float32\n")) {
      assertThat(plan.conflicts()).isEmpty();
    }
    assertThat(folder.resolve("m")).doesNotExist();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "merge_method: ties | merge_method: tie | merge_method: found tie, expected one of ties, ",
        "density: 0.5 | densty: 0.5 | models.0.parameters.densty: found an unknown parameter,"
            + " expected one of ties's: density,",
        "density: 0.5 | density: 1.5 | tensor model.embed_tokens.weight, model b, parameter"
            + " density: found 1.5, expected a number from 0.0 to 1.0",
        "weight: 1, | '' | tensor model.embed_tokens.weight, model b, parameter weight: found"
            + " nothing, expected a finite number",
        "weight: 1, | weight: much, | model b, parameter weight: found much, expected a finite",
        "base_model: a | '' | tensor model.embed_tokens.weight: found only b, expected base_model",
        "merge_method: ties | merge_method: model_stock | tensor model.embed_tokens.weight: found 1"
            + " models beside the base, expected at least 2 for model_stock",
        "base_model: a | tokenizer_source: c | tokenizer_source: found c, expected union, base or"
            + " one of the merged models: b",
        "base_model: a | chat_template: chatml | chat_template: found the name chatml, expected"
            + " auto or a template's text",
        "base_model: a | 'tokenizer: {source: base, pad_to_multiple_of: 8}' | tokenizer: found"
            + " tokens or pad_to_multiple_of, expected source only",
      })
  void mistakesInTheRecipeAreNamed(String part, String mistake, String message) throws IOException {
    String recipe = TIES.replace(part, mistake);
    assertThatThrownBy(() -> models.plan(recipe))
        .isInstanceOf(RecipeException.class)
        .hasMessageContaining(folder.resolve("recipe.yaml") + ": ")
        .hasMessageContaining(message);
  }

  @Test
  void aMethodWithoutParametersSaysThatItHasNone() {
    assertThatThrownBy(() ->
            models.plan(
                """
                models: [{model: b, parameters: {wait: 1}}]
                merge_method: arcee_fusion
                base_model: a
                """))
        .hasMessageEndingWith(
            "models.0.parameters.wait: found an unknown parameter,"
                + " expected none, as arcee_fusion has none");
  }

  @Test
  void whatHasNoEffectIsNoted() throws IOException {
    models.publish("b", new Shape(12, 2, false, false, 1e4, 128, DType.BF16));
    Files.writeString(folder.resolve("b/tokenizer.json"), "{\"of\": \"b\"}");
    Path a = folder.resolve("a");
    Path b = folder.resolve("b");
    try (MergePlan plan =
        models.plan(
            TestModels.LINEAR.replace("{weight: 1}", "{weight: 1, density: 0.5, normalize: true}")
                + "parameters: {t: 1}\n")) {
      assertThat(plan.notices())
          .containsExactly(
              "models.0.parameters.density has no effect on linear",
              "models.0.parameters.normalize has no effect: normalize belongs to the merge as a"
                  + " whole",
              "parameters.t has no effect on linear",
              "the tokenizers of %s and %s differ; that of %s is taken over".formatted(a, b, a),
              "%s: max_position_embeddings is 128, but 64 in %s".formatted(b, a));
    }
    assertThatThrownBy(() -> models.plan(TestModels.LINEAR + "tokenizer_source: union\n"))
        .hasMessageContaining("found union of tokenizers that differ");
    try (MergePlan plan = models.plan(TIES.replace("density", "densty") + "compat: mergekit\n")) {
      assertThat(plan.notices()).contains("models.0.parameters.densty has no effect on ties");
    }
  }

  @Test
  void aModelThatIsNotFoundSaysWhereItWasLookedFor() throws IOException {
    Path elsewhere = Files.createDirectory(folder.resolve("elsewhere"));
    Path recipe =
        Files.writeString(
            elsewhere.resolve("r.yaml"), TestModels.LINEAR.replace("model: b", "model: org/x@v1"));
    assertThatThrownBy(() -> models.plan(recipe))
        .isInstanceOf(MergeException.class)
        .hasMessage(
            "%s: model org/x@v1: found none of %s/org/x@v1, %s/x@v1, %s/org/x@v1, org/x@v1,"
                + " expected a folder",
            recipe, folder, folder, elsewhere);
    assertThatThrownBy(() ->
            MergePlan.of(
                recipe,
                RecipeReader.read(recipe),
                new ModelFolders(recipe, Optional.empty(), LinkPolicy.REFUSE)))
        .hasMessageEndingWith("expected a folder; --models DIR names where models are");
  }

  @Test
  void twoNamesOfOneFolderAreNoted() throws IOException {
    try (MergePlan plan =
        models.plan(
            TestModels.LINEAR
                .replace("model: a", "model: x/b")
                .replace("model: b", "model: y/b"))) {
      assertThat(plan.notices())
          .contains("x/b and y/b are the same folder " + folder.resolve("b").toRealPath());
    }
  }

  @Test
  void tensorsAreMergedInTheOrderOfTheFirstModelsFiles() throws IOException {
    try (Checkpoint a = Checkpoint.open(folder.resolve("a"))) {
      CheckpointWriter.publish(
          folder.resolve("shards"),
          CheckpointContent.like(a, TensorSource.ofViews(a.tensors())).withMaximumShardBytes(600),
          ExistingTarget.REFUSE);
    }
    try (MergePlan plan = models.plan(TestModels.LINEAR.replace("model: a", "model: shards"));
        Checkpoint shards = Checkpoint.open(folder.resolve("shards"))) {
      assertThat(plan.tasks().values().stream().map(TensorTask::output).map(spec -> spec.name()))
          .isSortedAccordingTo(
              (one, other) -> shards.location(one).compareTo(shards.location(other)));
    }
  }
}
