package org.cycleqd.merge;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.cycleqd.checkpoint.AttentionConfig;
import org.cycleqd.checkpoint.Checkpoint;
import org.cycleqd.checkpoint.CheckpointContent;
import org.cycleqd.checkpoint.CheckpointWriter;
import org.cycleqd.checkpoint.ExistingTarget;
import org.cycleqd.checkpoint.LinkPolicy;
import org.cycleqd.checkpoint.LlamaConfig;
import org.cycleqd.checkpoint.RotaryEmbedding;
import org.cycleqd.checkpoint.SpecialTokens;
import org.cycleqd.merge.recipe.RecipeReader;
import org.cycleqd.merge.stream.Tiles;
import org.cycleqd.random.Draws;
import org.cycleqd.tensor.DType;
import org.cycleqd.tensor.TensorSource;
import org.cycleqd.tensor.TensorSpec;

/** Models of a few hundred weights in one folder, recipes beside them, and merges of these. */
record TestModels(Path folder) {

  static final String LINEAR =
      """
      models:
      - model: a
        parameters: {weight: 1}
      - model: b
        parameters: {weight: 3}
      merge_method: linear
      """;

  /** What most models here are like; a test says where its own differ. */
  record Shape(
      int vocabulary,
      int layers,
      boolean biases,
      boolean tied,
      double theta,
      int positions,
      DType dtype) {

    static final Shape USUAL = new Shape(12, 2, false, false, 1e4, 64, DType.BF16);

    LlamaConfig config() {
      return new LlamaConfig(
          vocabulary,
          8,
          10,
          layers,
          new AttentionConfig(2, 1, 4, biases),
          biases,
          1e-5,
          new RotaryEmbedding(theta, Optional.empty()),
          positions,
          tied,
          dtype,
          new SpecialTokens(OptionalInt.of(1), List.of(2, 3), OptionalInt.empty()));
    }
  }

  /** Publishes two usual models. */
  static TestModels ab(Path folder) throws IOException {
    TestModels models = new TestModels(folder);
    models.publish("a", Shape.USUAL);
    models.publish("b", Shape.USUAL);
    return models;
  }

  /** Publishes a model whose weights depend on its name. */
  Path publish(String name, Shape shape) throws IOException {
    return publish(name, shape, noise(name));
  }

  Path publish(String name, Shape shape, TensorSource weights) throws IOException {
    CheckpointWriter.publish(
        folder.resolve(name),
        CheckpointContent.of(shape.config(), weights)
            .withFile("tokenizer.json", "{\"of\": \"all\"}")
            .withFile("tokenizer_config.json", "{\"chat_template\": \"{{ %s }}\"}".formatted(name)),
        ExistingTarget.REPLACE);
    return folder.resolve(name);
  }

  static TensorSource noise(String seed) {
    return (spec, target) -> TensorSource.ofFloats(_ -> values(seed, spec)).write(spec, target);
  }

  static float[] values(String seed, TensorSpec spec) {
    Draws draws = Draws.at(5, seed + spec.name());
    float[] values = new float[(int) spec.elements()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) draws.gaussian(i);
    }
    return values;
  }

  /** A plan of a recipe that stands in the models' folder. */
  MergePlan plan(String recipe) throws IOException {
    Path file = Files.writeString(folder.resolve("recipe.yaml"), recipe);
    return plan(file);
  }

  MergePlan plan(Path recipe) throws IOException {
    return MergePlan.of(
        recipe,
        RecipeReader.read(recipe),
        new ModelFolders(recipe, Optional.of(folder), LinkPolicy.REFUSE));
  }

  /** Merges into a folder beside the models. */
  Path merge(String recipe, String target) throws IOException {
    try (MergePlan plan = plan(recipe)) {
      return merge(plan, target, ExistingTarget.REFUSE);
    }
  }

  Path merge(MergePlan plan, String target, ExistingTarget existing) throws IOException {
    try (Tiles tiles = new Tiles(2)) {
      Merger.publish(
          plan,
          folder.resolve(target),
          existing,
          tiles,
          CheckpointContent.DEFAULT_SHARD_BYTES,
          _ -> {});
    }
    return folder.resolve(target);
  }

  static String digest(Path model) throws IOException {
    try (Checkpoint checkpoint = Checkpoint.open(model)) {
      return checkpoint.digest();
    }
  }

  static float[] weights(Path model, String tensor) throws IOException {
    try (Checkpoint checkpoint = Checkpoint.open(model)) {
      return checkpoint.tensor(tensor).toFloats();
    }
  }

  /** The names in the folder. */
  List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> String.valueOf(file.getFileName())).sorted().toList();
    }
  }
}
