package org.cycleqd.checkpoint;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.OptionalInt;

/** Writes configurations in the dialect of Transformers 4, which version 5 reads as well. */
final class LlamaConfigText {

  private static final ObjectMapper MAPPER = new ObjectMapper();

  private LlamaConfigText() {}

  static String config(LlamaConfig config) {
    AttentionConfig attention = config.attention();
    ObjectNode json = MAPPER.createObjectNode();
    json.putArray("architectures").add("LlamaForCausalLM");
    json.put("model_type", "llama");
    json.put("vocab_size", config.vocabularySize());
    json.put("hidden_size", config.hiddenSize());
    json.put("intermediate_size", config.intermediateSize());
    json.put("num_hidden_layers", config.layers());
    json.put("num_attention_heads", attention.heads());
    json.put("num_key_value_heads", attention.keyValueHeads());
    json.put("head_dim", attention.headDimension());
    json.put("attention_bias", attention.bias());
    json.put("mlp_bias", config.mlpBias());
    json.put("hidden_act", "silu");
    json.put("rms_norm_eps", config.rmsNormEpsilon());
    json.put("max_position_embeddings", config.maximumPositions());
    json.put("rope_theta", config.rotary().theta());
    json.putNull("rope_scaling");
    config.rotary().scaling().ifPresent(scaling -> putScaling(json, scaling));
    json.put("tie_word_embeddings", config.tiedEmbeddings());
    putTokens(json, config.specialTokens());
    json.put("torch_dtype", config.dtype().torchName());
    json.put("use_cache", true);
    return text(json);
  }

  static String generationConfig(LlamaConfig config) {
    ObjectNode json = MAPPER.createObjectNode();
    json.put("_from_model_config", true);
    putTokens(json, config.specialTokens());
    return text(json);
  }

  private static void putScaling(ObjectNode json, Llama3Scaling scaling) {
    ObjectNode rope = json.putObject("rope_scaling");
    rope.put("rope_type", "llama3");
    rope.put("factor", scaling.factor());
    rope.put("low_freq_factor", scaling.lowFrequencyFactor());
    rope.put("high_freq_factor", scaling.highFrequencyFactor());
    rope.put("original_max_position_embeddings", scaling.originalMaxPositions());
  }

  private static void putTokens(ObjectNode json, SpecialTokens tokens) {
    putId(json, "bos_token_id", tokens.beginning());
    List<Integer> ends = tokens.ends();
    switch (ends.size()) {
      case 0 -> json.putNull("eos_token_id");
      case 1 -> json.put("eos_token_id", ends.getFirst());
      default -> ends.forEach(json.putArray("eos_token_id")::add);
    }
    putId(json, "pad_token_id", tokens.padding());
  }

  // An absent id would mean the default of Transformers, not "none".
  private static void putId(ObjectNode json, String field, OptionalInt id) {
    if (id.isPresent()) {
      json.put(field, id.getAsInt());
    } else {
      json.putNull(field);
    }
  }

  private static String text(ObjectNode json) {
    try {
      return MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(json) + "\n";
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }
}
