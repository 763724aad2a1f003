package org.cycleqd.lm;

import java.util.List;
import org.cycleqd.checkpoint.LlamaConfig;
import org.cycleqd.tensor.TensorSpec;

/**
 * TorchScript expressions for the parts of one architecture. Weights are the list {@code w} in the
 * order of the config's tensors; {@code i} is the position of a layer's first tensor in it.
 */
final class LlamaExpressions {

  private static final String FIRST_LAYER = "model.layers.0.";

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
