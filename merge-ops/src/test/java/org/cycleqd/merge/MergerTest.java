package org.cycleqd.merge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import org.assertj.core.data.Offset;
import org.cycleqd.checkpoint.Checkpoint;
import org.cycleqd.checkpoint.ExistingTarget;
import org.cycleqd.merge.TestModels.Shape;
import org.cycleqd.merge.recipe.RecipeReader;
import org.cycleqd.merge.stream.Tiles;
import org.cycleqd.tensor.DType;
import org.cycleqd.tensor.TensorSource;
import org.cycleqd.tensor.TensorView;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Merges that are published and opened again. */
class MergerTest {

  private static final String TRANSFORMERS_5 =
      """
      {"architectures": ["LlamaForCausalLM"], "model_type": "llama", "of_our_own": {"x": [1.50]},
       "vocab_size": 12, "hidden_size": 8, "intermediate_size": 10, "num_hidden_layers": 2,
       "num_attention_heads": 2, "num_key_value_heads": 1, "head_dim": 4, "rms_norm_eps": 1e-05,
       "max_position_embeddings": 64, "rope_parameters": {"rope_type": "default", "rope_theta": 1e4},
       "bos_token_id": 1, "eos_token_id": [2, 3], "pad_token_id": null, "dtype": "bfloat16"}
      """;

  @TempDir private Path folder;
  private TestModels models = new TestModels(Path.of(""));

  @BeforeEach
  void publishModels() throws IOException {
    models = TestModels.ab(folder);
  }

  @Test
  void valuesAreMergedInFloat32AndRoundedOnce() throws IOException {
    Path merged = models.merge(TestModels.LINEAR, "m");
    try (Checkpoint a = Checkpoint.open(folder.resolve("a"));
        Checkpoint b = Checkpoint.open(folder.resolve("b"));
        Checkpoint m = Checkpoint.open(merged)) {
      assertThat(m.tensors().keySet()).isEqualTo(a.tensors().keySet());
      for (TensorView view : m.tensors().values()) {
        float[] found = view.toFloats();
        float[] one = a.tensor(view.spec().name()).toFloats();
        float[] other = b.tensor(view.spec().name()).toFloats();
        for (int i = 0; i < found.length; i++) {
          double exact = 0.25 * one[i] + 0.75 * other[i];
          assertThat(Math.abs(found[i] - exact))
              .as("%s[%d]", view.spec().name(), i)
              .isLessThanOrEqualTo(0x1.001p-8 * Math.abs(exact));
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void theConfigurationIsTheDonorsToTheLetter(boolean fifth) throws IOException {
    Path config = folder.resolve("a/config.json");
    Files.writeString(
        config,
        fifth
            ? TRANSFORMERS_5
            : Files.readString(config).replaceFirst("\\{", "{\"of_our_own\" : [ 1.50 ],"));
    Path merged = models.merge(TestModels.LINEAR, "m");
    assertThat(merged.resolve("config.json")).hasSameBinaryContentAs(config);
    Path wide = models.merge(TestModels.LINEAR + "out_dtype: float32\n", "wide");
    JsonNode before = new ObjectMapper().readTree(config.toFile());
    JsonNode after = new ObjectMapper().readTree(wide.resolve("config.json").toFile());
    assertThat(after.path(fifth ? "dtype" : "torch_dtype").asText()).isEqualTo("float32");
    Map<String, JsonNode> rest = new TreeMap<>();
    after.properties().forEach(entry -> rest.put(entry.getKey(), entry.getValue()));
    rest.put(
        fifth ? "dtype" : "torch_dtype",
        Objects.requireNonNull(before.get(fifth ? "dtype" : "torch_dtype")));
    assertThat(new ObjectMapper().valueToTree(rest).equals(before)).isTrue();
    try (Checkpoint m = Checkpoint.open(wide)) {
      assertThat(m.tensors().values())
          .allSatisfy(view -> assertThat(view.spec().dtype()).isEqualTo(DType.F32));
    }
  }

  @Test
  void layersAreStacked() throws IOException {
    models.publish("b", new Shape(12, 3, false, false, 1e4, 64, DType.BF16));
    Path merged =
        models.merge(
            """
            slices:
            - sources: [{model: a, layer_range: [0, 2]}]
            - sources: [{model: b, layer_range: [1, 3], parameters: {scale: 2}}]
            merge_method: passthrough
            """,
            "m");
    try (Checkpoint m = Checkpoint.open(merged)) {
      assertThat(m.config().layers()).isEqualTo(4);
      assertThat(m.tensors()).hasSize(3 + 4 * 9);
    }
    String up = "model.layers.%d.mlp.up_proj.weight";
    assertThat(TestModels.weights(merged, up.formatted(1)))
        .isEqualTo(TestModels.weights(folder.resolve("a"), up.formatted(1)));
    float[] twice = TestModels.weights(folder.resolve("b"), up.formatted(2));
    for (int i = 0; i < twice.length; i++) {
      twice[i] *= 2;
    }
    assertThat(TestModels.weights(merged, up.formatted(3))).isEqualTo(twice);
  }

  @Test
  void tiedHeadsStayTiedAndBiasesAreMerged() throws IOException {
    Shape shape = new Shape(12, 2, true, true, 1e4, 64, DType.F32);
    models.publish("a", shape);
    models.publish("b", shape);
    Path merged = models.merge(TestModels.LINEAR, "m");
    String bias = "model.layers.1.self_attn.k_proj.bias";
    try (Checkpoint m = Checkpoint.open(merged)) {
      assertThat(m.config().tiedEmbeddings()).isTrue();
      assertThat(m.tensors().keySet()).contains(bias).doesNotContain("lm_head.weight");
    }
    assertThat(TestModels.weights(merged, bias)[1])
        .isCloseTo(
            0.25f * TestModels.weights(folder.resolve("a"), bias)[1]
                + 0.75f * TestModels.weights(folder.resolve("b"), bias)[1],
            Offset.offset(1e-6f));
  }

  @Test
  void shardsHoldTheSameModel() throws IOException {
    Path whole = models.merge(TestModels.LINEAR, "m");
    AtomicLong progress = new AtomicLong();
    try (MergePlan plan = models.plan(TestModels.LINEAR);
        Tiles tiles = new Tiles(2)) {
      Merger.publish(
          plan, folder.resolve("shards"), ExistingTarget.REFUSE, tiles, 700, progress::addAndGet);
      assertThat(progress).hasValue(plan.bytesToWrite());
    }
    assertThat(folder.resolve("shards/model.safetensors.index.json")).exists();
    assertThat(TestModels.digest(folder.resolve("shards"))).isEqualTo(TestModels.digest(whole));
  }

  @Test
  void tokenizerAndGenerationSettingsAreTheDonors() throws IOException {
    Path merged = models.merge(TestModels.LINEAR, "m");
    for (String name : List.of("tokenizer.json", "tokenizer_config.json")) {
      assertThat(merged.resolve(name)).hasSameBinaryContentAs(folder.resolve("a").resolve(name));
    }
    assertThat(new ObjectMapper().readTree(merged.resolve("generation_config.json").toFile()))
        .isEqualTo(
            new ObjectMapper().readTree(folder.resolve("a/generation_config.json").toFile()));
    assertThat(merged.resolve("generation_config.json")).content().contains("[ 2, 3 ]");
    assertThat(merged.resolve("chat_template.jinja")).doesNotExist();
    Path other = models.merge(TestModels.LINEAR + "tokenizer_source: b\n", "other");
    assertThat(other.resolve("tokenizer_config.json"))
        .hasSameBinaryContentAs(folder.resolve("b/tokenizer_config.json"));
  }

  @Test
  void theChatTemplateIsGivenOrThatOfMostModels() throws IOException {
    String text = "chat_template: '{{ messages }}'\n";
    assertThat(models.merge(TestModels.LINEAR + text, "m").resolve("chat_template.jinja"))
        .hasContent("{{ messages }}");
    models.publish("c", Shape.USUAL);
    Files.writeString(folder.resolve("c/chat_template.jinja"), "{{ b }}");
    String three =
        TestModels.LINEAR.replace(
            "merge_method", "- {model: c, parameters: {weight: 1}}\nmerge_method");
    assertThat(models.merge(three + "chat_template: auto\n", "most").resolve("chat_template.jinja"))
        .hasContent("{{ b }}");
    assertThat(
            models
                .merge(TestModels.LINEAR + "chat_template: auto\n", "first")
                .resolve("chat_template.jinja"))
        .doesNotExist();
    Files.writeString(folder.resolve("b/tokenizer_config.json"), "{");
    assertThatThrownBy(() -> models.plan(TestModels.LINEAR + "chat_template: auto\n"))
        .hasMessageContaining("b/tokenizer_config.json: chat_template: found malformed JSON");
  }

  @Test
  void theCardNamesParentsAndTheLicenceThatAllHave() throws IOException {
    String card = "---\nlicense: mit\n---\n";
    Files.writeString(folder.resolve("a/README.md"), card);
    assertThat(models.merge(TestModels.LINEAR, "m").resolve("README.md"))
        .content()
        .startsWith("---\nbase_model:\n- \"a\"\n- \"b\"\nlibrary_name: transformers\n")
        .contains("- a: mit\n- b: none declared\n", "    merge_method: linear\n");
    Files.writeString(folder.resolve("b/README.md"), card);
    assertThat(models.merge(TestModels.LINEAR, "n").resolve("README.md"))
        .content()
        .contains("- \"b\"\nlicense: \"mit\"\nlibrary_name");
  }

  @Test
  void thePublishedRecipeMakesTheSameBytes() throws IOException {
    String recipe =
        """
        models:
        - {model: b, parameters: {density: 0.5, weight: [{filter: mlp, value: [0.1, 1]}, {value: 1}]}}
        merge_method: dare_ties
        base_model: a
        parameters: {lambda: 0.7}
        seed: 9
        """;
    Path merged = models.merge(recipe, "m");
    Path published = merged.resolve("mergekit_config.yml");
    assertThat(RecipeReader.read(published))
        .isEqualTo(RecipeReader.parse(recipe, Path.of("recipe")));
    try (MergePlan plan = models.plan(published)) {
      Path again = models.merge(plan, "again", ExistingTarget.REFUSE);
      assertThat(again.resolve("model.safetensors"))
          .hasSameBinaryContentAs(merged.resolve("model.safetensors"));
    }
  }

  @Test
  void aValueThatIsNotFiniteIsNamedAndLeavesNothing() throws IOException {
    TensorSource sound = TestModels.noise("b");
    String broken = "model.layers.1.mlp.up_proj.weight";
    models.publish(
        "b",
        Shape.USUAL,
        (spec, target) -> {
          float[] values = TestModels.values("b", spec);
          if (spec.name().equals(broken)) {
            values[3 * 8 + 5] = Float.NaN;
            TensorSource.ofFloats(_ -> values).write(spec, target);
          } else {
            sound.write(spec, target);
          }
        });
    List<String> before = models.names();
    assertThatThrownBy(() -> models.merge(TestModels.LINEAR, "m"))
        .hasMessage("b: tensor %s: element [3, 5]: found NaN, expected a finite number", broken);
    assertThat(models.names()).containsAll(before).doesNotContain("m").hasSize(before.size() + 1);
    models.publish("b", Shape.USUAL);
    assertThatThrownBy(() ->
            models.merge(
                TestModels.LINEAR.replace("weight: 3", "weight: 3e38")
                    + "parameters: {normalize: false}\n",
                "m"))
        .hasMessageContaining("found a merged value of ")
        .hasMessageContaining("expected one within BF16");
  }

  @Test
  void anExistingTargetIsReplacedOnlyOnRequest() throws IOException {
    Path merged = models.merge(TestModels.LINEAR, "m");
    String digest = TestModels.digest(merged);
    String other = TestModels.LINEAR.replace("weight: 3", "weight: 2");
    assertThatThrownBy(() -> models.merge(other, "m"))
        .hasMessageContaining("m: target: found a folder with content");
    assertThat(TestModels.digest(merged)).isEqualTo(digest);
    try (MergePlan plan = models.plan(other)) {
      models.merge(plan, "m", ExistingTarget.REPLACE);
    }
    assertThat(TestModels.digest(merged)).isNotEqualTo(digest);
    Files.writeString(folder.resolve("file"), "");
    Path none = Files.createDirectory(folder.resolve("no-model"));
    Files.writeString(none.resolve("config.json"), "{}");
    try (MergePlan plan = models.plan(other)) {
      assertThatThrownBy(() -> models.merge(plan, "file", ExistingTarget.REPLACE))
          .hasMessageContaining("file: target: found a file or link");
      assertThatThrownBy(() -> models.merge(plan, "no-model", ExistingTarget.REPLACE))
          .hasMessageContaining("no-model: target: found a folder that is no model");
    }
    assertThat(models.names()).containsExactly("a", "b", "file", "m", "no-model", "recipe.yaml");
  }

  @Test
  void aMergeDoesNotReplaceWhatItIsMadeOf() throws IOException {
    Path link = Files.createSymbolicLink(folder.resolve("link"), folder.resolve("b"));
    String linked = TestModels.LINEAR.replace("model: b", "model: link");
    String digest = TestModels.digest(folder.resolve("b"));
    try (MergePlan plan = models.plan(linked)) {
      assertThatThrownBy(() -> models.merge(plan, "b", ExistingTarget.REPLACE))
          .hasMessage(
              "%s: target: found the merged model %s, expected a folder apart from the models",
              folder.resolve("b"), link);
      assertThatThrownBy(() -> models.merge(plan, "a/new/m", ExistingTarget.REFUSE))
          .hasMessageContaining("found a place in the merged model " + folder.resolve("a"));
      assertThatThrownBy(() -> models.merge(plan, "x/..", ExistingTarget.REPLACE))
          .hasMessageContaining("found a folder with the merged model " + folder.resolve("a"));
    }
    assertThat(TestModels.digest(folder.resolve("b"))).isEqualTo(digest);
    assertThat(folder.resolve("a/new")).doesNotExist();
  }

  @Test
  void aParentThatCannotBeWrittenIsNamed() throws IOException {
    Path parent = Files.createDirectory(folder.resolve("locked"));
    assertThat(parent.toFile().setWritable(false)).isTrue();
    try {
      Assumptions.assumeFalse(Files.isWritable(parent), "this user may write everywhere");
      assertThatThrownBy(() -> models.merge(TestModels.LINEAR, "locked/m"))
          .isInstanceOf(IOException.class)
          .hasMessageContaining(parent.toString());
    } finally {
      assertThat(parent.toFile().setWritable(true)).isTrue();
    }
    assertThat(parent).isEmptyDirectory();
  }

  @ParameterizedTest
  @EnumSource(
      value = DType.class,
      names = {"BF16", "F32"})
  void anInterruptedMergeLeavesNothing(DType dtype) throws IOException {
    Shape shape = new Shape(30_000, 2, false, false, 1e4, 64, dtype);
    models.publish("a", shape);
    models.publish("b", shape);
    Thread thread = Thread.currentThread();
    try (MergePlan plan = models.plan(TestModels.LINEAR);
        Tiles tiles = new Tiles(2)) {
      assertThatThrownBy(() ->
              Merger.publish(
                  plan,
                  folder.resolve("m"),
                  ExistingTarget.REFUSE,
                  tiles,
                  Long.MAX_VALUE,
                  _ -> thread.interrupt()))
          .isInstanceOf(IOException.class)
          .hasMessage("interrupted");
      assertThat(Thread.interrupted()).as("the flag is kept").isTrue();
    }
    assertThat(models.names()).containsExactly("a", "b", "recipe.yaml");
  }
}
