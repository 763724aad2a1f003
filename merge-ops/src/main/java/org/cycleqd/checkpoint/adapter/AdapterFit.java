package org.cycleqd.checkpoint.adapter;

import java.util.Map;
import java.util.SequencedMap;
import org.cycleqd.checkpoint.Checkpoint;
import org.cycleqd.checkpoint.CheckpointException;
import org.cycleqd.tensor.TensorSpec;
import org.cycleqd.tensor.TensorView;

/** The checks that need both an adapter and a base. */
final class AdapterFit {

  private final AdapterConfig config;
  private final AdapterTensors tensors;
  private final Checkpoint base;
  private final SequencedMap<String, TensorSpec> matrices;

  private AdapterFit(AdapterConfig config, AdapterTensors tensors, Checkpoint base) {
    this.config = config;
    this.tensors = tensors;
    this.base = base;
    this.matrices = BaseModules.matrices(base.config());
  }

  /**
   * Checks modules, shapes, whole tensors and biases.
   *
   * @throws CheckpointException naming the tensor, what was found and what the base needs
   */
  static void require(AdapterConfig config, AdapterTensors tensors, Checkpoint base)
      throws CheckpointException {
    AdapterFit fit = new AdapterFit(config, tensors, base);
    if (base.config().tiedEmbeddings()) {
      TiedEmbeddings.require(config, tensors, base);
    }
    fit.requireModules();
    fit.requireShapes();
    fit.requireWhole();
    fit.requireBiases();
  }

  private void requireModules() throws CheckpointException {
    for (String path : matrices.keySet()) {
      if (config.adapts(path) && !tensors.modules().containsKey(path)) {
        AdapterTensors.Part missing =
            path.equals(BaseModules.EMBEDDING)
                ? AdapterTensors.Part.EMBEDDING_A
                : AdapterTensors.Part.LORA_A;
        throw tensors.refusal(missing.of(path), "none", "it, since target_modules names " + path);
      }
    }
    for (String saved : config.saved().ends()) {
      if (BaseModules.paths(base.config()).stream().noneMatch(path -> path.endsWith(saved))) {
        throw refusal("of modules_to_save " + saved, "no such module in the base", "one");
      }
    }
  }

  private void requireShapes() throws CheckpointException {
    for (LoraModule module : tensors.modules().values()) {
      TensorSpec spec = matrices.get(module.path());
      if (spec == null || module.embedding() != module.path().equals(BaseModules.EMBEDDING)) {
        throw tensors.refusal(
            module.a().spec().name(),
            "factors of " + (module.embedding() ? "an embedding" : "a linear layer"),
            "such a module %s in the base %s".formatted(module.path(), base.folder()));
      }
      requireExtent(module.a(), 1, spec, module.embedding() ? 0 : 1);
      requireExtent(module.b(), 0, spec, module.embedding() ? 1 : 0);
      if (module.baseWeight().isPresent()) {
        requireCopy(module.baseWeight().get(), base.tensor(spec.name()));
      }
    }
  }

  private void requireExtent(TensorView factor, int axis, TensorSpec weight, int weightAxis)
      throws CheckpointException {
    long extent = weight.shape().get(weightAxis);
    if (factor.spec().shape().get(axis) != extent) {
      throw tensors.refusal(
          factor.spec().name(),
          "shape " + factor.spec().shape(),
          "extent %d at axis %d for %s %s of the base %s"
              .formatted(extent, axis, weight.name(), weight.shape(), base.folder()));
    }
  }

  /** Whole tensors are the base's in shape, and complete where a module is saved. */
  private void requireWhole() throws CheckpointException {
    for (Map.Entry<String, TensorView> whole : tensors.whole().entrySet()) {
      String name = whole.getKey();
      boolean tiedHead =
          base.config().tiedEmbeddings() && BaseModules.of(name).equals(BaseModules.HEAD);
      TensorView own = tiedHead ? null : base.tensors().get(name);
      if (own == null && !tiedHead) {
        throw refusal(name, "it", "only tensors of the base " + base.folder());
      }
      if (own != null && !own.spec().shape().equals(whole.getValue().spec().shape())) {
        throw refusal(
            name,
            "shape " + whole.getValue().spec().shape(),
            "%s as in the base %s".formatted(own.spec().shape(), base.folder()));
      }
      if (own != null && name.endsWith(BaseModules.WEIGHT) && !config.saves(BaseModules.of(name))) {
        requireCopy(whole.getValue(), own);
      }
    }
    for (String name : base.tensors().keySet()) {
      if (config.saves(BaseModules.of(name)) && !tensors.whole().containsKey(name)) {
        throw refusal(name, "none", "it, since modules_to_save names it");
      }
    }
  }

  private void requireBiases() throws CheckpointException {
    for (LoraModule module : tensors.modules().values()) {
      boolean present = base.tensors().containsKey(module.bias());
      boolean stored = module.factorBias().isPresent() || tensors.trainedBias(module) != null;
      if (stored && !present) {
        throw refusal(module.bias(), "a trained bias", "none, since the base has none");
      }
    }
    for (String name : base.tensors().keySet()) {
      String path = BaseModules.of(name);
      LoraModule module = tensors.modules().get(path);
      boolean wanted =
          name.endsWith(BaseModules.BIAS)
              && switch (config.bias()) {
                case NONE -> false;
                case ALL -> true;
                case LORA_ONLY -> module != null;
              };
      boolean stored =
          tensors.whole().containsKey(name)
              || (module != null && tensors.trainedBias(module) != null);
      if (wanted && !stored) {
        throw refusal(name, "none", "it, since bias is " + config.bias());
      }
    }
  }

  private void requireCopy(TensorView copy, TensorView own) throws CheckpointException {
    if (!SameWeights.are(own, copy)) {
      throw tensors.refusal(
          copy.spec().name(),
          "%s %s of other weights".formatted(copy.spec().dtype(), copy.spec().shape()),
          "a copy of %s %s %s of the base %s"
              .formatted(own.spec().name(), own.spec().dtype(), own.spec().shape(), base.folder()));
    }
  }

  private CheckpointException refusal(String tensor, String found, String expected) {
    return tensors.refusal(AdapterTensors.PREFIX + tensor, found, expected);
  }
}
