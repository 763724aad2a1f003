package org.cycleqd.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.cycleqd.tensor.DType;
import org.cycleqd.tensor.SafetensorsWriter;
import org.cycleqd.tensor.TensorSource;
import org.cycleqd.tensor.TensorSpec;
import org.cycleqd.tensor.TensorView;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CheckpointTest {

  private static final String EMBEDDING = "model.embed_tokens.weight";

  @TempDir private Path parent;

  @ParameterizedTest
  @CsvSource({
    "a_mha, 21, F32",
    "b_gqa_theta500k, 30, F32",
    "c_llama3_rope, 21, F32",
    "d_tied, 20, F32",
    "e_head_dim, 21, F32",
    "f_bias, 35, F32",
    "g_bf16, 21, BF16",
    "h_sharded, 21, F32",
    "i_config_v4, 21, F32",
    "i_config_v5, 21, F32"
  })
  void goldenModelsOpenWithFiniteWeightsInTheConfigurationsOrder(
      String name, int tensors, DType dtype) throws IOException {
    try (Checkpoint model = Checkpoint.open(TinyModel.golden(name))) {
      List<String> order = model.config().tensors().stream().map(TensorSpec::name).toList();
      assertThat(model.tensors().sequencedKeySet())
          .hasSize(tensors)
          .containsExactlyElementsOf(order);
      for (TensorView view : model.tensors().values()) {
        assertThat(view.spec().dtype()).isEqualTo(dtype);
        for (float weight : view.toFloats()) {
          assertThat(Math.abs(weight)).isLessThan(100f);
        }
      }
    }
  }

  @Test
  void theDigestIsOfContentNotOfPathDialectOrShards() throws IOException {
    String older;
    try (Checkpoint model = Checkpoint.open(TinyModel.golden("i_config_v4"))) {
      older = model.digest();
    }
    try (Checkpoint model = Checkpoint.open(TinyModel.golden("i_config_v5"))) {
      assertThat(model.digest()).isEqualTo(older).hasSize(64).isEqualTo(model.digest());
    }
    Path whole = parent.resolve("whole");
    String sharded;
    try (Checkpoint model = Checkpoint.open(TinyModel.golden("h_sharded"))) {
      sharded = model.digest();
      CheckpointWriter.publish(
          whole,
          CheckpointContent.like(model, TensorSource.ofViews(model.tensors())),
          ExistingTarget.REFUSE);
    }
    assertThat(digest(whole)).isEqualTo(sharded).isNotEqualTo(older);
  }

  @Test
  void theDigestChangesWithOneBitAndWithTheEndToken() throws IOException {
    Path folder = TinyModel.of(DType.BF16).publish(parent.resolve("m"));
    String before = digest(folder);
    Path weights = folder.resolve("model.safetensors");
    byte[] bytes = Files.readAllBytes(weights);
    bytes[bytes.length - 1] ^= 1;
    Files.write(weights, bytes);
    String flipped = digest(folder);
    assertThat(flipped).isNotEqualTo(before);
    TinyModel.edit(folder.resolve("generation_config.json"), "id\" : 2", "id\" : 3");
    assertThat(digest(folder)).isNotEqualTo(flipped).isNotEqualTo(before);
  }

  @Test
  void shardsAndIndexMustAgreeInBothDirections() throws IOException {
    Path folder = sharded();
    try (Checkpoint model = Checkpoint.open(folder)) {
      float[] norm = Objects.requireNonNull(model.tensors().get("model.norm.weight")).toFloats();
      assertThat(norm)
          .isEqualTo(TinyModel.floats(7, TensorSpec.of("model.norm.weight", DType.F32, 8)));
    }
    String norm = "\"model.norm.weight\":\"";
    assertIndexRefused(
        norm + "two",
        norm + "one",
        "tensor model.norm.weight: found one.safetensors, expected two");
    assertIndexRefused(norm, "\"x\":\"", "tensor model.norm.weight: found no entry, expected two");
    assertIndexRefused(
        norm, "\"x\":\"one.safetensors\"," + norm, "one.safetensors: tensor x: found none");
    assertIndexRefused(
        norm + "two", norm + "../m/two", "found ../m/two.safetensors, expected the plain name");
    assertIndexRefused(norm + "two", norm + "/etc/two", "expected the plain name");
    assertIndexRefused(norm + "two", norm + "..\\\\two", "expected the plain name");
    assertIndexRefused(
        norm + "two.safetensors", norm + "config.json", "found config.json, expected the plain");
    assertIndexRefused(
        norm, "\"x\":\"six.safetensors\"," + norm, "six.safetensors: file: found none");
    assertIndexRefused("_size\":", "_size\":1", "metadata.total_size: found 1");
    assertIndexRefused("\"weight_map\"", "\"map\"", "weight_map: found nothing");
    assertIndexRefused(norm, norm + "two.safetensors\"," + norm, "Duplicate field");
  }

  @Test
  void linkedWeightsAreRefused() throws IOException {
    Path folder = sharded();
    Path shard = folder.resolve("two.safetensors");
    Path elsewhere = Files.move(shard, parent.resolve("elsewhere.safetensors"));
    Files.createSymbolicLink(shard, elsewhere);
    assertRefused(folder, "two.safetensors: file: found a symbolic link, expected the file itself");
  }

  @Test
  void oneFileAndAnIndexTogetherAreAmbiguous() throws IOException {
    Path folder = sharded();
    Files.copy(folder.resolve("one.safetensors"), folder.resolve("model.safetensors"));
    assertRefused(folder, "found both model.safetensors and model.safetensors.index.json");
    Files.delete(folder.resolve("model.safetensors"));
    Files.delete(folder.resolve("model.safetensors.index.json"));
    assertRefused(folder, "weights: found neither of them, expected model.safetensors or");
    assertRefused(parent.resolve("absent"), "model: found nothing, expected a model folder");
  }

  @Test
  void tensorsMustBeThoseOfTheConfiguration() throws IOException {
    LlamaConfig config = TinyModel.of(DType.F32).config();
    Map<String, TensorSpec> specs = TinyModel.byName(config.tensors());
    assertWeightsRefused(specs, null, EMBEDDING, "tensor %s: found none, expected shape [12, 8]");
    assertWeightsRefused(
        specs,
        TensorSpec.of(EMBEDDING, DType.F32, 8, 12),
        EMBEDDING,
        "tensor %s: found shape [8, 12], expected shape [12, 8] by config.json");
    assertWeightsRefused(
        specs,
        TensorSpec.of(EMBEDDING, DType.F64, 12, 8),
        EMBEDDING,
        "tensor %s: found dtype F64, expected F32, BF16 or F16");
    assertWeightsRefused(
        specs,
        TensorSpec.of("model.layers.2.mlp.up_proj.weight", DType.F32, 10, 8),
        "model.layers.2.mlp.up_proj.weight",
        "tensor %s: found it and 0 more, expected only the 21 tensors");
  }

  @Test
  void rotaryTablesAreIgnored() throws IOException {
    Path folder = TinyModel.of(DType.F32).publish(parent.resolve("m"));
    List<TensorSpec> specs = new ArrayList<>(TinyModel.of(DType.F32).config().tensors());
    specs.add(TensorSpec.of("model.layers.0.self_attn.rotary_emb.inv_freq", DType.F32, 2));
    write(folder.resolve("model.safetensors"), specs, TinyModel.weights(7));
    try (Checkpoint model = Checkpoint.open(folder)) {
      assertThat(model.tensors()).hasSize(21);
    }
  }

  @Test
  void aTiedHeadMayBeStoredOnlyAsACopyOfTheEmbedding() throws IOException {
    Path folder = TinyModel.of(DType.F32).publish(parent.resolve("m"));
    TinyModel.edit(
        folder.resolve("config.json"),
        "\"tie_word_embeddings\" : false",
        "\"tie_word_embeddings\" : true");
    assertRefused(folder, "tensor lm_head.weight: found a head of its own, expected a copy of");
    TensorSpec embedding = TensorSpec.of(EMBEDDING, DType.F32, 12, 8);
    write(
        folder.resolve("model.safetensors"),
        TinyModel.of(DType.F32).config().tensors(),
        (spec, target) ->
            TinyModel.weights(7)
                .write(spec.name().equals("lm_head.weight") ? embedding : spec, target));
    try (Checkpoint model = Checkpoint.open(folder)) {
      assertThat(model.tensors()).hasSize(20).doesNotContainKey("lm_head.weight");
    }
  }

  private static String digest(Path folder) throws IOException {
    try (Checkpoint model = Checkpoint.open(folder)) {
      return model.digest();
    }
  }

  private void assertIndexRefused(String old, String replacement, String message)
      throws IOException {
    Path folder = parent.resolve("m");
    Path index = folder.resolve("model.safetensors.index.json");
    String before = Files.readString(index);
    TinyModel.edit(index, old, replacement);
    assertRefused(folder, message);
    Files.writeString(index, before);
  }

  private void assertWeightsRefused(
      Map<String, TensorSpec> specs, @Nullable TensorSpec changed, String name, String message)
      throws IOException {
    Path folder = parent.resolve("w");
    if (!Files.exists(folder)) {
      TinyModel.of(DType.F32).publish(folder);
    }
    Map<String, TensorSpec> changedSpecs = new LinkedHashMap<>(specs);
    changedSpecs.remove(name);
    if (changed != null) {
      changedSpecs.put(name, changed);
    }
    write(
        folder.resolve("model.safetensors"),
        List.copyOf(changedSpecs.values()),
        (spec, target) -> target.put(0, MemorySegment.ofArray(new byte[(int) spec.bytes()])));
    assertRefused(folder, message.formatted(name));
  }

  private static void assertRefused(Path folder, String message) {
    assertThatThrownBy(() -> Checkpoint.open(folder).close())
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining(folder.toString())
        .hasMessageContaining(message);
  }

  /** A model in two shards: all layers in one, the rest in the other. */
  private Path sharded() throws IOException {
    Path folder = TinyModel.of(DType.F32).publish(parent.resolve("m"));
    Files.delete(folder.resolve("model.safetensors"));
    List<TensorSpec> specs = TinyModel.of(DType.F32).config().tensors();
    List<String> entries = new ArrayList<>();
    for (String shard : List.of("one", "two")) {
      List<TensorSpec> part =
          specs.stream()
              .filter(spec -> spec.name().contains(".layers.") == shard.equals("one"))
              .filter(spec -> !spec.name().equals("lm_head.weight") || shard.equals("two"))
              .toList();
      part.forEach(spec -> entries.add("\"%s\":\"%s.safetensors\"".formatted(spec.name(), shard)));
      write(folder.resolve(shard + ".safetensors"), part, TinyModel.weights(7));
    }
    long total = specs.stream().mapToLong(TensorSpec::bytes).sum();
    Files.writeString(
        folder.resolve("model.safetensors.index.json"),
        "{\"metadata\":{\"total_size\":%d},\"weight_map\":{%s}}"
            .formatted(total, String.join(",", entries)));
    return folder;
  }

  private static void write(Path file, List<TensorSpec> specs, TensorSource source)
      throws IOException {
    SafetensorsWriter.write(file, SafetensorsWriter.PYTORCH, specs, source);
  }
}
