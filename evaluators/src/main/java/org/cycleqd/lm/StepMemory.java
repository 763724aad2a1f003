package org.cycleqd.lm;

import ai.djl.ndarray.NDList;
import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.cycleqd.checkpoint.AttentionConfig;
import org.cycleqd.checkpoint.LlamaConfig;
import org.cycleqd.lm.step.CompiledSteps;
import org.cycleqd.tensor.TensorSpec;
import org.cycleqd.torch.NativeArrays;

/** A live model and a cache as compiled steps see them. */
final class StepMemory {

  /** Weights are copied for compiled steps; larger models do without. */
  private static final long MOST_COPIED = 16L << 30;

  private StepMemory() {}

  /** Whether steps can be compiled for an architecture. */
  static boolean fits(LlamaConfig config) {
    AttentionConfig attention = config.attention();
    long inputs = attention.queryWidth() + 2 * attention.keyValueWidth();
    long largest = config.tensors().stream().mapToLong(StepMemory::bytes).max().orElse(0);
    long all = config.tensors().stream().mapToLong(StepMemory::bytes).sum();
    return Math.max(largest, inputs * config.hiddenSize() * Float.BYTES) < NativeArrays.MOST_BYTES
        && all <= MOST_COPIED;
  }

  private static long bytes(TensorSpec spec) {
    return spec.elements() * Float.BYTES;
  }

  /** Whether they can use a cache of this size. */
  static boolean fits(LlamaConfig config, int rows, int capacity) {
    return rows * config.attention().keyValueWidth() * capacity * Float.BYTES
        < NativeArrays.MOST_BYTES;
  }

  /** What they work on. */
  static CompiledSteps.Model of(LiveModel model, NDList keys, NDList values) {
    Map<String, MemorySegment> tensors = new HashMap<>();
    List<TensorSpec> specs = model.runtime().config().tensors();
    NDList operands = model.operands();
    for (int i = 0; i < specs.size(); i++) {
      tensors.put(specs.get(i).name(), NativeArrays.memory(operands.get(i)));
    }
    List<List<String>> joined = new LlamaExpressions(model.runtime().config()).joined();
    for (int i = 0; i < joined.size(); i++) {
      String name = joined.get(i).getFirst().replace("self_attn.q_proj", CompiledSteps.INPUTS);
      tensors.put(name, NativeArrays.memory(operands.get(specs.size() + i)));
    }
    return new CompiledSteps.Model(
        tensors,
        keys.stream().map(NativeArrays::memory).toList(),
        values.stream().map(NativeArrays::memory).toList(),
        NativeArrays.memory(model.runtime().cosines()),
        NativeArrays.memory(model.runtime().sines()));
  }
}
