package org.cycleqd.lm;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.cycleqd.tensor.TensorSpec;

/**
 * The memory of live weights. The projections to queries, keys and values of a layer lie one behind
 * the other, so that they are three tensors for those who fill them and one for the decoding loop.
 */
final class WeightArrays {

  private final LlamaRuntime runtime;
  private final NDManager manager;
  private final NDList tensors = new NDList();
  private final NDList operands = new NDList();

  /** Allocates weights of zero. */
  WeightArrays(LlamaRuntime runtime, NDManager manager) {
    this.runtime = runtime;
    this.manager = manager;
    Map<String, TensorSpec> specs = new HashMap<>();
    runtime.config().tensors().forEach(spec -> specs.put(spec.name(), spec));
    Map<String, NDArray> parts = new HashMap<>();
    NDList joined = new NDList();
    try (NDArray like = manager.create(0f)) {
      for (List<String> group : new LlamaExpressions(runtime.config()).joined()) {
        List<TensorSpec> members =
            group.stream().map(name -> Objects.requireNonNull(specs.get(name))).toList();
        joined.add(join(like, members, parts));
      }
      for (TensorSpec spec : runtime.config().tensors()) {
        NDArray part = parts.get(spec.name());
        NDArray tensor = part == null ? allocate(like, LiveModel.shape(spec)) : part;
        tensor.setName(spec.name());
        tensors.add(tensor);
      }
    }
    operands.addAll(tensors);
    operands.addAll(joined);
  }

  private NDArray join(NDArray like, List<TensorSpec> members, Map<String, NDArray> parts) {
    long rows = members.stream().mapToLong(spec -> spec.shape().getFirst()).sum();
    long[] shape = LiveModel.shape(members.getFirst()).getShape();
    shape[0] = rows;
    NDArray whole = allocate(like, new Shape(shape));
    long first = 0;
    for (TensorSpec member : members) {
      long last = first + member.shape().getFirst();
      NDList part = runtime.program().call(manager, "part", whole, first, last);
      parts.put(member.name(), part.singletonOrThrow());
      first = last;
    }
    return whole;
  }

  private NDArray allocate(NDArray like, Shape shape) {
    Precision precision = runtime.placement().precision();
    if (precision == Precision.F32) {
      return manager.zeros(shape, DataType.FLOAT32); // DJL may then write to it as well
    }
    int type = precision.torchType();
    return runtime
        .program()
        .call(manager, "weight", like, shape.getShape(), type)
        .singletonOrThrow();
  }

  /** In the order of the config's tensors. */
  NDList tensors() {
    return tensors;
  }

  /** The same, and behind them what lies together, as the program's passes take them. */
  NDList operands() {
    return operands;
  }
}
