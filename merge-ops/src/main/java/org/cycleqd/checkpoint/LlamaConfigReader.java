package org.cycleqd.checkpoint;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.cycleqd.tensor.DType;

/** Reads {@code config.json} in the dialects of Transformers 4 and 5. */
final class LlamaConfigReader {

  private static final int DEFAULT_BEGINNING = 1;
  private static final int DEFAULT_END = 2;

  private final JsonObject json;

  private LlamaConfigReader(JsonObject json) {
    this.json = json;
  }

  static LlamaConfig read(Path folder) throws IOException {
    Path file = folder.resolve(CheckpointFiles.CONFIG);
    if (!Files.isRegularFile(file)) {
      throw new CheckpointException(file, "file", "none", "the model's configuration");
    }
    LlamaConfigReader reader = new LlamaConfigReader(JsonObject.read(file));
    Path generation = folder.resolve(CheckpointFiles.GENERATION_CONFIG);
    SpecialTokens tokens = reader.specialTokens(SpecialTokens.of(DEFAULT_BEGINNING, DEFAULT_END));
    Path tokensFile = file;
    if (Files.isRegularFile(generation)) {
      tokens = new LlamaConfigReader(JsonObject.read(generation)).overriding(tokens);
      tokensFile = generation;
    }
    try {
      LlamaConfig config = reader.config(tokens);
      LlamaTensors.requireCountable(config);
      return config;
    } catch (IllegalArgumentException e) {
      boolean token = String.valueOf(e.getMessage()).contains("_token_id");
      throw new CheckpointException(token ? tokensFile : file, e);
    }
  }

  private LlamaConfig config(SpecialTokens tokens) throws CheckpointException {
    requireSupported();
    int hidden = json.integer("hidden_size");
    return new LlamaConfig(
        json.integer("vocab_size"),
        hidden,
        json.integer("intermediate_size"),
        json.integer("num_hidden_layers"),
        attention(hidden),
        json.flagOr("mlp_bias", false),
        json.number("rms_norm_eps"),
        new RotaryReader(json).read(),
        json.integer("max_position_embeddings"),
        json.flagOr("tie_word_embeddings", false),
        dtype(),
        tokens);
  }

  private void requireSupported() throws CheckpointException {
    String type = json.text("model_type");
    if (!type.equals("llama")) {
      throw json.refusal("model_type", type, "llama");
    }
    String activation = json.optionalText("hidden_act").orElse("silu");
    if (!activation.equals("silu")) {
      throw json.refusal("hidden_act", activation, "silu");
    }
    if (json.has("quantization_config")) {
      throw json.refusal("quantization_config", "a quantised model", "plain weights");
    }
    if (json.has("partial_rotary_factor") && json.number("partial_rotary_factor") != 1) {
      throw json.refusal(
          "partial_rotary_factor", Double.toString(json.number("partial_rotary_factor")), "1");
    }
  }

  private AttentionConfig attention(int hidden) throws CheckpointException {
    int heads = json.integer("num_attention_heads");
    if (!json.has("head_dim") && (heads <= 0 || hidden % heads != 0)) {
      throw json.refusal(
          "num_attention_heads",
          Integer.toString(heads),
          "a divisor of hidden_size %d where head_dim is absent".formatted(hidden));
    }
    return new AttentionConfig(
        heads,
        json.integerOr("num_key_value_heads", heads),
        json.has("head_dim") ? json.integer("head_dim") : hidden / heads,
        json.flagOr("attention_bias", false));
  }

  private DType dtype() throws CheckpointException {
    Optional<String> current = json.optionalText("dtype");
    Optional<String> former = json.optionalText("torch_dtype");
    if (current.isPresent() && former.isPresent() && !current.equals(former)) {
      throw json.refusal("torch_dtype", former.get(), "the same as dtype " + current.get());
    }
    String name = current.or(() -> former).orElse("float32");
    return DType.torchNamed(name)
        .orElseThrow(() ->
            json.refusal(
                current.isPresent() ? "dtype" : "torch_dtype",
                name,
                "float32, bfloat16 or float16"));
  }

  /** Fields that the file does not mention are {@code otherwise}; null means none. */
  private SpecialTokens specialTokens(SpecialTokens otherwise) throws CheckpointException {
    return new SpecialTokens(
        json.mentions("bos_token_id") ? id("bos_token_id") : otherwise.beginning(),
        json.mentions("eos_token_id") ? json.integers("eos_token_id") : otherwise.ends(),
        id("pad_token_id"));
  }

  private SpecialTokens overriding(SpecialTokens tokens) throws CheckpointException {
    List<Integer> ends = json.integers("eos_token_id");
    return new SpecialTokens(
        json.has("bos_token_id") ? id("bos_token_id") : tokens.beginning(),
        ends.isEmpty() ? tokens.ends() : ends,
        json.has("pad_token_id") ? id("pad_token_id") : tokens.padding());
  }

  private OptionalInt id(String field) throws CheckpointException {
    return json.has(field) ? OptionalInt.of(json.integer(field)) : OptionalInt.empty();
  }
}
