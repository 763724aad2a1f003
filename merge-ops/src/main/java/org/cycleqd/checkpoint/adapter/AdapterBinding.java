package org.cycleqd.checkpoint.adapter;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.cycleqd.checkpoint.Checkpoint;
import org.cycleqd.checkpoint.CheckpointException;
import org.cycleqd.tensor.TensorRows;
import org.cycleqd.tensor.TensorSpec;
import org.cycleqd.tensor.TensorView;
import org.jspecify.annotations.Nullable;

/** An adapter on a base: every check that needs both, and the weights that come out. */
final class AdapterBinding {

  private final AdapterConfig config;
  private final AdapterTensors tensors;
  private final Checkpoint base;
  private final SequencedMap<String, TensorSpec> matrices;

  private AdapterBinding(AdapterConfig config, AdapterTensors tensors, Checkpoint base) {
    this.config = config;
    this.tensors = tensors;
    this.base = base;
    this.matrices = BaseModules.matrices(base.config());
  }

  /** Checks that an adapter and a base belong together. */
  static AdapterBinding of(AdapterConfig config, AdapterTensors tensors, Checkpoint base)
      throws CheckpointException {
    AdapterBinding binding = new AdapterBinding(config, tensors, base);
    binding.requireUntied();
    binding.requireModules();
    binding.requireShapes();
    binding.requireWhole();
    binding.requireBiases();
    return binding;
  }

  /** The factors in the order of the base's tensors. */
  SequencedMap<String, LowRankFactors> factors() {
    SequencedMap<String, LowRankFactors> factors = new LinkedHashMap<>();
    for (String path : matrices.keySet()) {
      LoraModule module = tensors.modules().get(path);
      if (module != null) {
        factors.put(module.weight(), module.factors());
      }
    }
    return factors;
  }

  /** The tensors that change, in the order of the base's. */
  SequencedMap<String, TensorRows> changed() {
    SequencedMap<String, LowRankFactors> factors = factors();
    SequencedMap<String, TensorRows> changed = new LinkedHashMap<>();
    for (TensorView view : base.tensors().values()) {
      String name = view.spec().name();
      String path = BaseModules.of(name);
      LoraModule module = tensors.modules().get(path);
      LowRankFactors low = factors.get(name);
      TensorView whole = tensors.whole().get(name);
      if (low != null && module != null) {
        float[] norms = module.magnitude().map(TensorView::toFloats).orElse(null);
        changed.put(name, new LoraRows(view, low, norms));
      } else if (module != null) {
        addBias(changed, view, module);
      } else if (whole != null && (config.saves(path) || name.endsWith(BaseModules.BIAS))) {
        changed.put(name, new StandInRows(view.spec(), whole));
      }
    }
    return changed;
  }

  private void addBias(Map<String, TensorRows> changed, TensorView view, LoraModule module) {
    TensorView whole = trainedBias(module);
    TensorRows origin = whole == null ? view : new StandInRows(view.spec(), whole);
    if (module.factorBias().isPresent()) {
      changed.put(module.bias(), new BiasRows(origin, module.factorBias().get(), module.scale()));
    } else if (whole != null) {
      changed.put(module.bias(), origin);
    }
  }

  /** Older writers put the bias of an adapted module where the base has it. */
  private @Nullable TensorView trainedBias(LoraModule module) {
    return module.baseBias().orElse(tensors.whole().get(module.bias()));
  }

  /** A tied base cannot hold a change of the embedding alone, nor of the output head alone. */
  private void requireUntied() throws CheckpointException {
    if (!base.config().tiedEmbeddings()) {
      return;
    }
    String head = BaseModules.HEAD + BaseModules.WEIGHT;
    String embedding = BaseModules.EMBEDDING + BaseModules.WEIGHT;
    String why = "since the base %s ties it to %s".formatted(base.folder(), embedding);
    for (String path : List.of(BaseModules.HEAD, BaseModules.EMBEDDING)) {
      if (tensors.modules().containsKey(path)) {
        throw refusal(
            path + BaseModules.WEIGHT,
            "low-rank factors",
            "none, since the base " + base.folder() + " ties input and output embedding");
      }
    }
    TensorView input = tensors.whole().get(embedding);
    TensorView output = tensors.whole().get(head);
    if (output != null) {
      TensorView wanted = input == null ? base.tensor(embedding) : input;
      if (!SameWeights.are(wanted, output)) {
        throw refusal(head, "weights of its own", "those of the embedding, " + why);
      }
    } else if (!config.tied()
        && (config.saves(BaseModules.EMBEDDING) || config.saves(BaseModules.HEAD))) {
      throw refusal(
          head, "none", "a copy of the saved embedding or ensure_weight_tying true, " + why);
    }
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
      boolean stored = module.factorBias().isPresent() || trainedBias(module) != null;
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
          tensors.whole().containsKey(name) || (module != null && trainedBias(module) != null);
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
