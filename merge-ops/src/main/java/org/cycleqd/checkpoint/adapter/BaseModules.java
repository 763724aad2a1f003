package org.cycleqd.checkpoint.adapter;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.SequencedMap;
import java.util.Set;
import org.cycleqd.checkpoint.LlamaConfig;
import org.cycleqd.tensor.TensorSpec;

/** The modules of a Llama model, by the paths that Transformers gives them. */
final class BaseModules {

  static final String EMBEDDING = "model.embed_tokens";
  static final String HEAD = "lm_head";
  static final String WEIGHT = ".weight";
  static final String BIAS = ".bias";

  private BaseModules() {}

  /** The module that a tensor belongs to. */
  static String of(String tensor) {
    return tensor.substring(0, tensor.lastIndexOf('.'));
  }

  /**
   * The weights of linear layers and of the embedding by module. A tied output head, which has no
   * tensor of its own, is not among them.
   */
  static SequencedMap<String, TensorSpec> matrices(LlamaConfig config) {
    SequencedMap<String, TensorSpec> matrices = new LinkedHashMap<>();
    for (TensorSpec spec : config.tensors()) {
      if (spec.shape().size() == 2) {
        matrices.put(of(spec.name()), spec);
      }
    }
    return matrices;
  }

  /** Whether a module is one of the seven linear layers of a decoder layer. */
  static boolean isProjection(String module) {
    return module.endsWith("_proj");
  }

  /** All paths, of leaves and of what contains them. */
  static Set<String> paths(LlamaConfig config) {
    Set<String> paths = new LinkedHashSet<>(Set.of(HEAD));
    for (TensorSpec spec : config.tensors()) {
      String path = spec.name();
      for (int end = path.lastIndexOf('.'); end > 0; end = path.lastIndexOf('.', end - 1)) {
        paths.add(path.substring(0, end));
      }
    }
    return paths;
  }
}
