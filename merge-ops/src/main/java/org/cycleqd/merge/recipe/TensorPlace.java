package org.cycleqd.merge.recipe;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Where a tensor of a Llama stands, by its Hugging Face name. */
sealed interface TensorPlace {

  /** Before the layers. */
  record Embedding() implements TensorPlace {}

  /**
   * In a decoder layer.
   *
   * @param index the layer's number from 0
   * @param suffix the rest of the name, e.g. {@code self_attn.q_proj.weight}
   */
  record Layer(int index, String suffix) implements TensorPlace {

    /** The name of the tensor in its place in another layer. */
    String in(int layer) {
      return "model.layers.%d.%s".formatted(layer, suffix);
    }
  }

  /** Behind the layers: the final norm and the output head. */
  record Final() implements TensorPlace {}

  /** Up to 9 digits, so that every match is an int. */
  Pattern LAYER = Pattern.compile("model\\.layers\\.(0|[1-9]\\d{0,8})\\.(.+)");

  /** The place, or empty if the name is not one of a Llama. */
  static Optional<TensorPlace> of(String tensor) {
    if (tensor.startsWith("model.embed_tokens.")) {
      return Optional.of(new Embedding());
    }
    if (tensor.startsWith("model.norm.") || tensor.startsWith("lm_head.")) {
      return Optional.of(new Final());
    }
    Matcher layer = LAYER.matcher(tensor);
    return layer.matches()
        ? Optional.of(new Layer(Integer.parseInt(layer.group(1)), layer.group(2)))
        : Optional.empty();
  }
}
