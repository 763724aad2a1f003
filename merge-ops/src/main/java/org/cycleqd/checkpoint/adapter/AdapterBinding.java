package org.cycleqd.checkpoint.adapter;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import org.cycleqd.checkpoint.Checkpoint;
import org.cycleqd.checkpoint.CheckpointException;
import org.cycleqd.tensor.TensorRows;
import org.cycleqd.tensor.TensorView;

/** An adapter on a base that it fits: the weights that come out. */
final class AdapterBinding {

  private final AdapterConfig config;
  private final AdapterTensors tensors;
  private final Checkpoint base;

  private AdapterBinding(AdapterConfig config, AdapterTensors tensors, Checkpoint base) {
    this.config = config;
    this.tensors = tensors;
    this.base = base;
  }

  /** Checks that an adapter and a base belong together. */
  static AdapterBinding of(AdapterConfig config, AdapterTensors tensors, Checkpoint base)
      throws CheckpointException {
    AdapterFit.require(config, tensors, base);
    return new AdapterBinding(config, tensors, base);
  }

  /** The factors in the order of the base's tensors. */
  SequencedMap<String, LowRankFactors> factors() {
    SequencedMap<String, LowRankFactors> factors = new LinkedHashMap<>();
    for (String path : BaseModules.matrices(base.config()).keySet()) {
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
    TensorView whole = tensors.trainedBias(module);
    TensorRows origin = whole == null ? view : new StandInRows(view.spec(), whole);
    if (module.factorBias().isPresent()) {
      changed.put(module.bias(), new BiasRows(origin, module.factorBias().get(), module.scale()));
    } else if (whole != null) {
      changed.put(module.bias(), origin);
    }
  }
}
