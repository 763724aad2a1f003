package org.cycleqd.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.cycleqd.tensor.DType;
import org.cycleqd.tensor.TensorSpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LlamaConfigTest {

  private static final String MINIMAL =
      """
      {"model_type":"llama","vocab_size":320,"hidden_size":64,"intermediate_size":176,
       "num_hidden_layers":2,"num_attention_heads":8,"rms_norm_eps":1e-05,
       "max_position_embeddings":512%s}
      """;

  @TempDir private Path folder;

  @Test
  void bothDialectsOfTheSameModelAreEqual() throws IOException {
    LlamaConfig older = LlamaConfig.read(TinyModel.golden("i_config_v4"));
    LlamaConfig newer = LlamaConfig.read(TinyModel.golden("i_config_v5"));
    assertThat(older).isEqualTo(newer);
    assertThat(older.rotary())
        .isEqualTo(new RotaryEmbedding(20000, Optional.of(new Llama3Scaling(8, 1, 4, 64))));
    assertThat(older.attention()).isEqualTo(new AttentionConfig(4, 2, 16, false));
  }

  @Test
  void absentFieldsHaveTheDefaultsOfTransformers() throws IOException {
    LlamaConfig config = read("");
    assertThat(config.attention()).isEqualTo(new AttentionConfig(8, 8, 8, false));
    assertThat(config.rotary()).isEqualTo(RotaryEmbedding.of(10000));
    assertThat(config.dtype()).isEqualTo(DType.F32);
    assertThat(config.tiedEmbeddings()).isFalse();
    assertThat(config.mlpBias()).isFalse();
    assertThat(config.specialTokens()).isEqualTo(SpecialTokens.of(1, 2));
    assertThat(read(",\"bos_token_id\":null,\"eos_token_id\":null").specialTokens())
        .isEqualTo(SpecialTokens.none());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '\0',
      value = {
        "\"rope_theta\":5e5,\"rope_scaling\":{\"type\":\"llama3\",\"factor\":8,"
            + "\"low_freq_factor\":1,\"high_freq_factor\":4,"
            + "\"original_max_position_embeddings\":64}",
        "\"rope_parameters\":{\"rope_type\":\"llama3\",\"rope_theta\":500000,\"factor\":8.0,"
            + "\"low_freq_factor\":1.0,\"high_freq_factor\":4.0,"
            + "\"original_max_position_embeddings\":64}",
      })
  void rotaryScalingIsReadUnderEachOfItsNames(String fields) throws IOException {
    assertThat(read("," + fields).rotary())
        .isEqualTo(new RotaryEmbedding(5e5, Optional.of(new Llama3Scaling(8, 1, 4, 64))));
  }

  @Test
  void theGenerationConfigTakesPrecedence() throws IOException {
    Files.writeString(
        folder.resolve("generation_config.json"),
        "{\"eos_token_id\":[5,6],\"pad_token_id\":7,\"bos_token_id\":null}");
    assertThat(read(",\"eos_token_id\":3,\"bos_token_id\":4").specialTokens())
        .isEqualTo(new SpecialTokens(OptionalInt.of(4), List.of(5, 6), OptionalInt.of(7)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '\0',
      textBlock =
          """
          "hidden_act":"gelu"; hidden_act: found gelu, expected silu
          "rope_scaling":{"type":"yarn","factor":4}; rope_scaling.rope_type: found yarn, expected default or llama3
          "rope_parameters":{"rope_type":"linear"}; rope_parameters.rope_type: found linear, expected default
          "rope_scaling":{"factor":4}; rope_scaling.factor: found a setting, expected none of this name for rope_type default
          "rope_scaling":{"rope_type":"llama3","type":"yarn"}; rope_scaling.type: found yarn, expected the same as rope_type llama3
          "rope_scaling":{"rope_type":"llama3","factor":8}; rope_scaling.low_freq_factor: found nothing, expected a number
          "rope_theta":1,"rope_parameters":{"rope_theta":2}; rope_theta: found 1.0, expected the same as rope_parameters.rope_theta 2.0
          "rope_theta":0; rope_theta: found 0.0, expected a positive number
          "rope_theta":1e999; rope_theta: found Infinity, expected a positive number
          "partial_rotary_factor":0.5; partial_rotary_factor: found 0.5, expected 1
          "num_key_value_heads":3; num_key_value_heads: found 3, expected a divisor of num_attention_heads 8
          "num_key_value_heads":"2"; num_key_value_heads: found "2", expected an integer below 2^31
          "head_dim":7; head_dim: found 7, expected an even integer
          "head_dim":2147483648; head_dim: found 2147483648, expected an integer below 2^31
          "head_dim":8.5; head_dim: found 8.5, expected an integer
          "mlp_bias":1; mlp_bias: found 1, expected true or false
          "torch_dtype":"int8"; torch_dtype: found int8, expected float32, bfloat16 or float16
          "torch_dtype":"float16","dtype":"float32"; torch_dtype: found float16, expected the same as dtype float32
          "eos_token_id":[2,320]; eos_token_id: found 320, expected an id below vocab_size 320
          "bos_token_id":-1; bos_token_id: found -1, expected an id below vocab_size 320
          "quantization_config":{"bits":4}; quantization_config: found a quantised model, expected plain weights
          "vocab_size":2; Duplicate field 'vocab_size'
          """)
  void badFieldsAreRefusedByName(String field, String message) {
    assertThatThrownBy(() -> read("," + field))
        .isInstanceOf(CheckpointException.class)
        .hasMessageStartingWith(folder.resolve("config.json") + ": ")
        .hasMessageContaining(message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '\0',
      textBlock =
          """
          "hidden_size":64; "hidden_size":60; num_attention_heads: found 8, expected a divisor of hidden_size 60
          "hidden_size":64; "hidden_size":null; hidden_size: found nothing, expected an integer
          "rms_norm_eps":1e-05; "rms_norm_eps":0; rms_norm_eps: found 0.0, expected a positive number
          "model_type":"llama"; "model_type":"qwen2"; model_type: found qwen2, expected llama
          "model_type":"llama"; "mode":"llama"; model_type: found nothing, expected a string
          "num_hidden_layers":2; "num_hidden_layers":2147483647; num_hidden_layers: found 2147483647, expected 1 to 10000
          "hidden_size":64; "hidden_size":2147483640,"head_dim":2147483646; expected a size below 2^63 bits
          """)
  void badRequiredFieldsAreRefusedByName(String old, String replacement, String message)
      throws IOException {
    Path file = folder.resolve("config.json");
    Files.writeString(file, MINIMAL.formatted(""));
    TinyModel.edit(file, old, replacement);
    assertThatThrownBy(() -> LlamaConfig.read(folder))
        .isInstanceOf(CheckpointException.class)
        .hasMessageStartingWith(file + ": ")
        .hasMessageContaining(message);
  }

  @Test
  void aFolderWithoutConfigurationIsRefused() {
    assertThatThrownBy(() -> LlamaConfig.read(folder))
        .hasMessageContaining("config.json: file: found none, expected the model's configuration");
  }

  @Test
  void writtenConfigurationsReadBackEqual() throws IOException {
    for (DType dtype : List.of(DType.F32, DType.BF16, DType.F16)) {
      LlamaConfig config = TinyModel.of(dtype).config();
      Files.writeString(folder.resolve("config.json"), config.toJson());
      assertThat(LlamaConfig.read(folder)).isEqualTo(config);
      Files.writeString(folder.resolve("generation_config.json"), config.toGenerationJson());
      assertThat(LlamaConfig.read(folder)).isEqualTo(config);
    }
    assertThat(TinyModel.of(DType.BF16).config().toJson())
        .contains("\"architectures\" : [ \"LlamaForCausalLM\" ]")
        .contains("\"torch_dtype\" : \"bfloat16\"")
        .contains("\"rope_theta\" : 500000.0");
  }

  @Test
  void tensorsOfLlama3EightBillionAddUpToThePublishedSize() {
    LlamaConfig config =
        new LlamaConfig(
            128256,
            4096,
            14336,
            32,
            new AttentionConfig(32, 8, 128, false),
            false,
            1e-5,
            RotaryEmbedding.of(5e5),
            8192,
            false,
            DType.BF16,
            SpecialTokens.of(128000, 128001));
    List<TensorSpec> tensors = config.tensors();
    assertThat(tensors).hasSize(291);
    assertThat(tensors.stream().mapToLong(TensorSpec::elements).sum()).isEqualTo(8_030_261_248L);
    assertThat(tensors.stream().mapToLong(TensorSpec::bytes).sum()).isEqualTo(16_060_522_496L);
    assertThat(tensors)
        .contains(TensorSpec.of("model.layers.31.self_attn.k_proj.weight", DType.BF16, 1024, 4096));
  }

  private LlamaConfig read(String fields) throws IOException {
    Files.writeString(folder.resolve("config.json"), MINIMAL.formatted(fields));
    return LlamaConfig.read(folder);
  }
}
