package org.cycleqd.spectral;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Assigns a Llama's tensors to layer groups: embeddings first, then each decoder layer, then the
 * final norm with the head.
 *
 * @param layers number of decoder layers
 */
record LayerGroups(int layers) {

  private static final Pattern LAYER = Pattern.compile("model\\.layers\\.(\\d+)\\..*");

  /** The group of a tensor, from 0 to {@code layers + 1}. */
  int of(String tensor) {
    if (tensor.startsWith("model.embed_tokens.")) {
      return 0;
    }
    Matcher layer = LAYER.matcher(tensor);
    return layer.matches() ? 1 + Integer.parseInt(layer.group(1)) : layers + 1;
  }
}
