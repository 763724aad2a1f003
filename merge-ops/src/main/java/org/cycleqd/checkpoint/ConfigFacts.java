package org.cycleqd.checkpoint;

import java.util.LinkedHashMap;
import java.util.SequencedMap;

/** What a configuration says, as text by field of {@code config.json}; dialects do not show. */
final class ConfigFacts {

  private ConfigFacts() {}

  /** Everything that the meaning of the weights depends on. */
  static SequencedMap<String, String> architecture(LlamaConfig config) {
    AttentionConfig attention = config.attention();
    SequencedMap<String, String> facts = new LinkedHashMap<>();
    facts.put("model_type", "llama");
    facts.put("vocab_size", Integer.toString(config.vocabularySize()));
    facts.put("hidden_size", Integer.toString(config.hiddenSize()));
    facts.put("intermediate_size", Integer.toString(config.intermediateSize()));
    facts.put("num_hidden_layers", Integer.toString(config.layers()));
    facts.put("num_attention_heads", Integer.toString(attention.heads()));
    facts.put("num_key_value_heads", Integer.toString(attention.keyValueHeads()));
    facts.put("head_dim", Integer.toString(attention.headDimension()));
    facts.put("attention_bias", Boolean.toString(attention.bias()));
    facts.put("mlp_bias", Boolean.toString(config.mlpBias()));
    facts.put("rms_norm_eps", Double.toString(config.rmsNormEpsilon()));
    facts.put("tie_word_embeddings", Boolean.toString(config.tiedEmbeddings()));
    facts.put("rope_theta", Double.toString(config.rotary().theta()));
    facts.put("rope_scaling", config.rotary().scaling().map(ConfigFacts::text).orElse("none"));
    return facts;
  }

  /** What else decides how the model generates. */
  static SequencedMap<String, String> generation(LlamaConfig config) {
    SpecialTokens tokens = config.specialTokens();
    SequencedMap<String, String> facts = new LinkedHashMap<>();
    facts.put("max_position_embeddings", Integer.toString(config.maximumPositions()));
    facts.put("bos_token_id", tokens.beginning().toString());
    facts.put("eos_token_id", tokens.ends().toString());
    facts.put("pad_token_id", tokens.padding().toString());
    return facts;
  }

  private static String text(Llama3Scaling scaling) {
    return "llama3 factor %s, low %s, high %s, original %d"
        .formatted(
            scaling.factor(),
            scaling.lowFrequencyFactor(),
            scaling.highFrequencyFactor(),
            scaling.originalMaxPositions());
  }
}
