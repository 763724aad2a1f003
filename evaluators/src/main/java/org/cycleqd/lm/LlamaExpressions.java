package org.cycleqd.lm;

import java.util.List;
import java.util.stream.IntStream;
import org.cycleqd.checkpoint.LlamaConfig;
import org.cycleqd.tensor.TensorSpec;

/**
 * TorchScript expressions for the parts of one architecture. Weights are the list {@code w} in the
 * order of the config's tensors; {@code i} is the position of a layer's first tensor in it.
 */
final class LlamaExpressions {

  private static final String FIRST_LAYER = "model.layers.0.";
  private static final List<String> QKV =
      List.of("self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj");
  private static final List<String> PARTS = List.of(".weight", ".bias");

  private final LlamaConfig config;
  private final List<String> names;
  private final List<String> layerNames;

  LlamaExpressions(LlamaConfig config) {
    this.config = config;
    this.names = config.tensors().stream().map(TensorSpec::name).toList();
    this.layerNames =
        names.stream()
            .filter(name -> name.startsWith(FIRST_LAYER))
            .map(name -> name.substring(FIRST_LAYER.length()))
            .toList();
  }

  LlamaConfig config() {
    return config;
  }

  /** Position of layer {@code l}'s first tensor. */
  String layerStart() {
    return "%d + l * %d"
        .formatted(names.indexOf(FIRST_LAYER + layerNames.getFirst()), layerNames.size());
  }

  String embedding() {
    return weight("model.embed_tokens.weight");
  }

  /** The output head, which is the embedding where the two are tied. */
  String head() {
    return names.contains("lm_head.weight") ? weight("lm_head.weight") : embedding();
  }

  String finalNorm(String input) {
    return norm(input, weight("model.norm.weight"));
  }

  String layerNorm(String input, String name) {
    return norm(input, layerWeight(name + ".weight"));
  }

  /** A projection of a layer, with its bias where the architecture has one. */
  String linear(String input, String name) {
    String bias = name + ".bias";
    return layerNames.contains(bias)
        ? "torch.linear(%s, %s, %s)"
            .formatted(input, layerWeight(name + ".weight"), layerWeight(bias))
        : "torch.linear(%s, %s)".formatted(input, layerWeight(name + ".weight"));
  }

  /**
   * The same for few rows [n, width], in the order of the factors that libtorch multiplies best.
   */
  String product(String input, String name) {
    String product = "self.product(%s, %s)".formatted(input, layerWeight(name + ".weight"));
    String bias = name + ".bias";
    return layerNames.contains(bias) ? "(%s + %s)".formatted(product, layerWeight(bias)) : product;
  }

  /**
   * Tensors that lie together in memory, the queries', keys' and values' projections of each layer:
   * all layers' weights, then all layers' biases where the architecture has them. They stand behind
   * the config's tensors in {@code w}.
   */
  List<List<String>> joined() {
    return PARTS.stream()
        .filter(part -> layerNames.contains(QKV.getFirst() + part))
        .flatMap(part ->
            IntStream.range(0, config.layers())
                .mapToObj(layer ->
                    QKV.stream()
                        .map(name -> "model.layers.%d.%s%s".formatted(layer, name, part))
                        .toList()))
        .toList();
  }

  /** Queries, keys and values [n, all of their widths] of few rows in layer {@code l}. */
  String attentionInputs(String input) {
    String product = "self.product(%s, w[%d + l])".formatted(input, names.size());
    return layerNames.contains(QKV.getFirst() + ".bias")
        ? "(%s + w[%d + l])".formatted(product, names.size() + config.layers())
        : product;
  }

  private String norm(String input, String weight) {
    return "torch.rms_norm(%s, [%d], %s, %s)"
        .formatted(input, config.hiddenSize(), weight, config.rmsNormEpsilon());
  }

  private String weight(String name) {
    return "w[%d]".formatted(names.indexOf(name));
  }

  private String layerWeight(String name) {
    return "w[i + %d]".formatted(layerNames.indexOf(name));
  }
}
