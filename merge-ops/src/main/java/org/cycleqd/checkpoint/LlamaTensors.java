package org.cycleqd.checkpoint;

import java.util.ArrayList;
import java.util.List;
import org.cycleqd.tensor.TensorSpec;

/** The tensors that a configuration implies, in Hugging Face naming. */
final class LlamaTensors {

  static final String EMBEDDING = "model.embed_tokens.weight";
  static final String HEAD = "lm_head.weight";

  private final LlamaConfig config;
  private final List<TensorSpec> specs = new ArrayList<>();

  private LlamaTensors(LlamaConfig config) {
    this.config = config;
  }

  static List<TensorSpec> of(LlamaConfig config) {
    LlamaTensors tensors = new LlamaTensors(config);
    long hidden = config.hiddenSize();
    tensors.add(EMBEDDING, config.vocabularySize(), hidden);
    for (int layer = 0; layer < config.layers(); layer++) {
      tensors.addLayer("model.layers." + layer + ".");
    }
    tensors.add("model.norm.weight", hidden);
    if (!config.tiedEmbeddings()) {
      tensors.add(HEAD, config.vocabularySize(), hidden);
    }
    return List.copyOf(tensors.specs);
  }

  /**
   * Checks that all tensors have sizes below 2^63 bits.
   *
   * @throws IllegalArgumentException naming the tensor that is too large
   */
  static void requireCountable(LlamaConfig config) {
    LlamaTensors tensors = new LlamaTensors(config);
    tensors.add(EMBEDDING, config.vocabularySize(), config.hiddenSize());
    tensors.addLayer("model.layers.0.");
  }

  private void addLayer(String layer) {
    long hidden = config.hiddenSize();
    long intermediate = config.intermediateSize();
    AttentionConfig attention = config.attention();
    long queries = attention.queryWidth();
    long keys = attention.keyValueWidth();
    add(layer + "input_layernorm.weight", hidden);
    addLinear(layer + "self_attn.q_proj", queries, hidden, attention.bias());
    addLinear(layer + "self_attn.k_proj", keys, hidden, attention.bias());
    addLinear(layer + "self_attn.v_proj", keys, hidden, attention.bias());
    addLinear(layer + "self_attn.o_proj", hidden, queries, attention.bias());
    add(layer + "post_attention_layernorm.weight", hidden);
    addLinear(layer + "mlp.gate_proj", intermediate, hidden, config.mlpBias());
    addLinear(layer + "mlp.up_proj", intermediate, hidden, config.mlpBias());
    addLinear(layer + "mlp.down_proj", hidden, intermediate, config.mlpBias());
  }

  private void addLinear(String name, long outputs, long inputs, boolean bias) {
    add(name + ".weight", outputs, inputs);
    if (bias) {
      add(name + ".bias", outputs);
    }
  }

  private void add(String name, long... shape) {
    specs.add(TensorSpec.of(name, config.dtype(), shape));
  }
}
