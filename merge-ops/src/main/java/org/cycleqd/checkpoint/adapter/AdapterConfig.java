package org.cycleqd.checkpoint.adapter;

import java.util.Optional;

/**
 * What an {@code adapter_config.json} means.
 *
 * @param rank of modules that {@code ranks} does not name
 * @param alpha of modules that {@code alphas} does not name
 * @param rankStabilised whether the scale is alpha / sqrt(rank), as in rsLoRA (arXiv 2312.03732),
 *     and not alpha / rank
 * @param dora whether every adapted module has magnitudes (DoRA, arXiv 2402.09353)
 * @param bias which biases were trained
 * @param factorBias whether B has a bias
 * @param targets the modules with low-rank factors
 * @param ranks exceptions to {@code rank}
 * @param alphas exceptions to {@code alpha}
 * @param saved the modules that are replaced as a whole
 * @param tied whether a tied output head follows the embedding
 * @param baseModel name of the base, as whoever wrote the adapter called it
 */
record AdapterConfig(
    int rank,
    double alpha,
    boolean rankStabilised,
    boolean dora,
    Bias bias,
    boolean factorBias,
    ModuleRule targets,
    PatternTable<Integer> ranks,
    PatternTable<Double> alphas,
    SavedModules saved,
    boolean tied,
    Optional<String> baseModel) {

  /** Which biases were trained. */
  enum Bias {
    NONE,
    ALL,
    LORA_ONLY
  }

  int rankOf(String module) {
    return ranks.find(module, rank);
  }

  /** The factor s of W + s B A. */
  double scaleOf(String module) {
    double local = rankOf(module);
    return alphas.find(module, alpha) / (rankStabilised ? Math.sqrt(local) : local);
  }

  /** Whether a module is replaced as a whole. */
  boolean saves(String module) {
    return saved.contain(module);
  }

  /** Whether a module has low-rank factors. */
  boolean adapts(String module) {
    return targets.matches(module) && !saves(module);
  }
}
