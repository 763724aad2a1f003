package org.cycleqd.checkpoint.adapter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.assertj.core.data.Offset;
import org.cycleqd.checkpoint.Checkpoint;
import org.cycleqd.checkpoint.CheckpointException;
import org.cycleqd.tensor.DType;
import org.cycleqd.tensor.TensorRows;
import org.cycleqd.tensor.TensorSpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AdapterTest {

  private static final String QUERIES = ", \"target_modules\": [\"q_proj\"]";

  @TempDir private Path parent;

  private Path adapter(String fields, List<TensorSpec> tensors) throws IOException {
    return TinyBase.adapter(parent.resolve("adapter"), fields, tensors);
  }

  private void assertRefused(Path adapter, String message) {
    assertThatThrownBy(() -> Adapter.open(adapter).close())
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining(adapter.toString())
        .hasMessageContaining(message);
  }

  private void assertMisfit(TinyBase base, Path adapter, String message) throws IOException {
    Path folder = Files.createTempDirectory(parent, "case").resolve("base");
    try (Checkpoint model = Checkpoint.open(base.publish(folder));
        Adapter open = Adapter.open(adapter)) {
      assertThatThrownBy(() -> open.applyTo(model))
          .isInstanceOf(CheckpointException.class)
          .hasMessageContaining(message);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"fan_in_fan_out\": true",
        "\"layer_replication\": [[0, 2]]",
        "\"target_parameters\": [\"experts.up\"]",
        "\"trainable_token_indices\": [1]",
        "\"alora_invocation_tokens\": [5]",
        "\"use_qalora\": true",
        "\"use_bdlora\": {\"x\": 1}",
        "\"arrow_config\": {\"top_k\": 1}",
        "\"a_later_idea\": 7",
        "\"init_lora_weights\": \"pissa_niter_4\"",
        "\"init_lora_weights\": \"loftq\"",
        "\"bias\": \"some\"",
        "\"r\": 0",
        "\"rank_pattern\": {\"q_proj\": 0}",
        "\"alpha_pattern\": {\"q_(proj\": 1}",
        "\"modules_to_save\": [3]",
        "\"layers_pattern\": 4",
        "\"use_dora\": \"yes\""
      })
  void whatIsNotSupportedIsRefusedByName(String field) throws IOException {
    Path folder = adapter(QUERIES, TinyBase.queries());
    Files.writeString(
        folder.resolve("adapter_config.json"), "{\"peft_type\": \"LORA\", %s}".formatted(field));
    String name = field.substring(1, field.indexOf('"', 1));
    assertRefused(folder, "adapter_config.json: " + name);
  }

  @Test
  void otherMethodsAndPicklesAreRefused() throws IOException {
    Path folder = Files.createDirectories(parent.resolve("x"));
    assertRefused(folder, "adapter_config.json: file: found none");
    Files.writeString(folder.resolve("adapter_config.json"), "{\"peft_type\": \"IA3\"}");
    Files.writeString(folder.resolve("adapter_model.bin"), "");
    assertRefused(folder, "found adapter_model.bin, a pickle, expected adapter_model.safetensors");
    Files.createFile(folder.resolve("adapter_model.safetensors"));
    assertRefused(folder, "peft_type: found IA3, expected LORA");
    assertRefused(parent.resolve("absent"), "adapter: found nothing, expected a PEFT folder");
  }

  @Test
  void everyTensorMustBeUnderstood() throws IOException {
    String odd = "model.layers.0.self_attn.k_proj.lora_A.weight";
    assertLeftover(odd, "model.layers.0.self_attn.k_proj is not targeted");
    assertLeftover(TinyBase.query(0) + ".lora_magnitude_vector", "since use_dora is false");
    assertLeftover(TinyBase.query(0) + ".lora_B.bias", "since lora_bias is false");
    assertLeftover(TinyBase.query(0) + ".base_layer.bias", "since bias is none");
    assertLeftover("model.norm.weight", "what bias and modules_to_save of the configuration name");
    assertLeftover(TinyBase.query(0) + ".lora_C", "found it, expected only factors");
  }

  private void assertLeftover(String name, String message) throws IOException {
    List<TensorSpec> tensors = new ArrayList<>(TinyBase.queries());
    tensors.add(TinyBase.tensor(name, TinyBase.HIDDEN));
    Path folder = adapter(QUERIES, tensors);
    assertRefused(folder, "tensor base_model.model." + name);
    assertRefused(folder, message);
  }

  @Test
  void factorsMustBeCompleteOfTheRankAndFinite() throws IOException {
    List<TensorSpec> whole = TinyBase.queries();
    assertRefused(
        adapter(QUERIES, whole.subList(1, 4)),
        "lora_A.weight: found none, expected it, since the file has other parts of "
            + TinyBase.query(0));
    assertRefused(
        adapter(QUERIES + ", \"rank_pattern\": {\"q_proj\": 3}", whole),
        "found shape [2, 24], expected shape [3, inputs]");
    assertRefused(
        adapter(QUERIES + ", \"use_dora\": true", whole),
        "lora_magnitude_vector: found none, expected it, since use_dora is true");
    assertRefused(adapter(QUERIES, List.of()), "tensors: found none");
    List<TensorSpec> typed = new ArrayList<>(whole.subList(1, 4));
    typed.add(whole.getFirst().withDType(DType.F64));
    assertRefused(adapter(QUERIES, typed), "found dtype F64, expected F32, BF16 or F16");
    Map<String, float[]> values = new HashMap<>();
    whole.forEach(spec -> values.put(spec.name(), new float[(int) spec.elements()]));
    Objects.requireNonNull(values.get(whole.getLast().name()))[13] = Float.NaN;
    assertRefused(
        TinyBase.adapter(parent.resolve("nan"), QUERIES, whole, values),
        "lora_B.weight: found NaN at element 13, expected finite weights");
  }

  @Test
  void modulesAndShapesMustFitTheBase() throws IOException {
    TinyBase base = new TinyBase(false, false);
    assertMisfit(
        base,
        adapter(QUERIES, TinyBase.factors(TinyBase.query(0), 24, 24)),
        "layers.1.self_attn.q_proj.lora_A.weight: found none, expected it");
    assertMisfit(
        base,
        adapter(
            ", \"target_modules\": \".*layers.0.*q_proj\"",
            TinyBase.factors(TinyBase.query(0), 24, 25)),
        "lora_A.weight: found shape [2, 25], expected extent 24 at axis 1 for"
            + " model.layers.0.self_attn.q_proj.weight [24, 24]");
    assertMisfit(
        base,
        adapter(
            ", \"target_modules\": \".*layers.2.*q_proj\"",
            TinyBase.factors(TinyBase.query(2), 24, 24)),
        "expected such a module model.layers.2.self_attn.q_proj in the base");
    assertMisfit(
        base,
        adapter(QUERIES + ", \"modules_to_save\": [\"score\"]", TinyBase.queries()),
        "modules_to_save score: found no such module");
    assertMisfit(
        base,
        adapter(QUERIES + ", \"modules_to_save\": [\"lm_head\"]", TinyBase.queries()),
        "tensor base_model.model.lm_head.weight: found none");
    List<TensorSpec> copied = new ArrayList<>(TinyBase.queries());
    copied.add(TinyBase.tensor(TinyBase.query(0) + ".base_layer.weight", 24, 24));
    assertMisfit(
        base, adapter(QUERIES, copied), "a copy of model.layers.0.self_attn.q_proj.weight");
  }

  @Test
  void aTiedBaseTakesNoChangeOfOneEmbeddingAlone() throws IOException {
    TinyBase tied = new TinyBase(true, false);
    String save = QUERIES + ", \"modules_to_save\": [\"embed_tokens\", \"lm_head\"]";
    List<TensorSpec> tensors = new ArrayList<>(TinyBase.queries());
    tensors.add(TinyBase.tensor("model.embed_tokens.weight", 30, 24));
    assertMisfit(tied, adapter(save, tensors), "lm_head.weight: found none, expected a copy");
    try (Checkpoint model = Checkpoint.open(tied.publish(parent.resolve("base")));
        Adapter follows =
            Adapter.open(adapter(save + ", \"ensure_weight_tying\": true", tensors))) {
      assertThat(follows.applyTo(model)).containsKey("model.embed_tokens.weight").hasSize(3);
    }
    tensors.add(TinyBase.tensor("lm_head.weight", 30, 24));
    assertMisfit(tied, adapter(save, tensors), "lm_head.weight: found weights of its own");
    assertMisfit(
        tied,
        adapter(", \"target_modules\": [\"lm_head\"]", TinyBase.factors("lm_head", 30, 24)),
        "lm_head.weight: found low-rank factors, expected none");
  }

  @ParameterizedTest
  @CsvSource({"lora_only, base_layer.bias", "all, base_layer.bias", "lora_only, bias"})
  void trainedBiasesReplaceTheBases(String kind, String suffix) throws IOException {
    List<TensorSpec> tensors =
        new ArrayList<>(TinyBase.factors(TinyBase.query(0), TinyBase.HIDDEN, TinyBase.HIDDEN));
    tensors.add(TinyBase.tensor(TinyBase.query(0) + "." + suffix, TinyBase.HIDDEN));
    try (Checkpoint base =
        Checkpoint.open(new TinyBase(false, true).publish(parent.resolve("base")))) {
      List<String> others =
          base.tensors().sequencedKeySet().stream()
              .filter(name -> name.endsWith(".bias") && !name.startsWith(TinyBase.query(0)))
              .toList();
      if (kind.equals("all")) {
        others.forEach(
            name -> tensors.add(TinyBase.tensor(name, base.tensor(name).spec().elements())));
      }
      Path folder =
          adapter(
              ", \"target_modules\": [\"%s\"], \"bias\": \"%s\"".formatted(TinyBase.query(0), kind),
              tensors);
      try (Adapter adapter = Adapter.open(folder)) {
        Map<String, TensorRows> changed = adapter.applyTo(base);
        String bias = TinyBase.query(0) + ".bias";
        assertThat(FloatRows.all(Objects.requireNonNull(changed.get(bias))))
            .isEqualTo(TinyBase.stored(folder, TinyBase.query(0) + "." + suffix));
        assertThat(changed).hasSize(kind.equals("all") ? 2 + others.size() : 2);
      }
      if (kind.equals("all")) {
        assertThatThrownBy(
                () -> {
                  try (Adapter part =
                      Adapter.open(
                          adapter(
                              ", \"target_modules\": [\"%s\"], \"bias\": \"all\""
                                  .formatted(TinyBase.query(0)),
                              tensors.subList(0, 4)))) {
                    part.applyTo(base);
                  }
                })
            .hasMessageContaining(".bias: found none, expected it, since bias is ALL");
      }
    }
  }

  @Test
  void theBiasOfBIsScaledAndAdded() throws IOException {
    List<TensorSpec> tensors = new ArrayList<>(TinyBase.queries());
    for (int layer = 0; layer < 2; layer++) {
      tensors.add(TinyBase.tensor(TinyBase.query(layer) + ".lora_B.bias", TinyBase.HIDDEN));
    }
    Path folder = adapter(QUERIES + ", \"lora_bias\": true", tensors);
    String bias = TinyBase.query(1) + ".bias";
    try (Checkpoint base =
            Checkpoint.open(new TinyBase(false, true).publish(parent.resolve("base")));
        Adapter adapter = Adapter.open(folder)) {
      float[] found = FloatRows.all(Objects.requireNonNull(adapter.applyTo(base).get(bias)));
      float[] origin = TinyBase.weights(base, bias);
      float[] added = TinyBase.stored(folder, TinyBase.query(1) + ".lora_B.bias");
      for (int i = 0; i < found.length; i++) {
        assertThat(found[i]).isCloseTo(origin[i] + 1.5f * added[i], Offset.offset(1e-6f));
      }
    }
    assertMisfit(
        new TinyBase(false, false),
        adapter(QUERIES + ", \"lora_bias\": true", tensors),
        "q_proj.bias: found a trained bias, expected none, since the base has none");
  }

  @Test
  void savedModulesMayContainOthers() throws IOException {
    List<TensorSpec> tensors =
        new ArrayList<>(TinyBase.factors(TinyBase.query(1), TinyBase.HIDDEN, TinyBase.HIDDEN));
    for (String name : List.of("q", "k", "v", "o")) {
      long outputs = name.equals("k") || name.equals("v") ? 12 : 24;
      tensors.add(
          TinyBase.tensor("model.layers.0.self_attn.%s_proj.weight".formatted(name), outputs, 24));
    }
    Path folder = adapter(QUERIES + ", \"modules_to_save\": [\"layers.0.self_attn\"]", tensors);
    try (Checkpoint base =
            Checkpoint.open(new TinyBase(false, false).publish(parent.resolve("base")));
        Adapter adapter = Adapter.open(folder)) {
      assertThat(adapter.applyTo(base).keySet())
          .containsExactly(
              "model.layers.0.self_attn.q_proj.weight",
              "model.layers.0.self_attn.k_proj.weight",
              "model.layers.0.self_attn.v_proj.weight",
              "model.layers.0.self_attn.o_proj.weight",
              "model.layers.1.self_attn.q_proj.weight");
      assertThat(adapter.modules()).containsExactly(TinyBase.query(1));
    }
  }

  @Test
  void rowsAreTheSameInAnyRunAndMuchRankIsTakenInBlocks() throws IOException {
    Path folder = parent.resolve("wide");
    List<TensorSpec> tensors = new ArrayList<>();
    for (int layer = 0; layer < 2; layer++) {
      tensors.add(TinyBase.tensor(TinyBase.query(layer) + ".lora_A.weight", 11, 24));
      tensors.add(TinyBase.tensor(TinyBase.query(layer) + ".lora_B.weight", 24, 11));
    }
    TinyBase.adapter(folder, QUERIES + ", \"rank_pattern\": {\"q_proj\": 11}", tensors);
    try (Checkpoint base =
            Checkpoint.open(new TinyBase(false, false).publish(parent.resolve("base")));
        Adapter adapter = Adapter.open(folder)) {
      String name = TinyBase.query(0) + ".weight";
      TensorRows rows = Objects.requireNonNull(adapter.applyTo(base).get(name));
      float[] whole = FloatRows.all(rows);
      float[] a = TinyBase.stored(folder, TinyBase.query(0) + ".lora_A.weight");
      float[] b = TinyBase.stored(folder, TinyBase.query(0) + ".lora_B.weight");
      float[] origin = TinyBase.weights(base, name);
      float[] row = new float[24];
      for (int i = 0; i < 24; i++) {
        rows.read(i, 1, row);
        assertThat(row).isEqualTo(Arrays.copyOfRange(whole, i * 24, (i + 1) * 24));
        for (int j = 0; j < 24; j++) {
          double sum = 0;
          for (int k = 0; k < 11; k++) {
            sum += (double) b[i * 11 + k] * a[k * 24 + j];
          }
          assertThat((double) row[j])
              .isCloseTo(origin[i * 24 + j] + 3.0 / 11 * sum, Offset.offset(1e-6));
        }
      }
    }
  }
}
