package org.cycleqd.lm;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.cycleqd.lm.step.CompiledSteps;
import org.cycleqd.tensor.TensorSpec;

/** The memory of libtorch's arrays on the processor. */
final class NativeMemory {

  private NativeMemory() {}

  /** What compiled steps work on. */
  static CompiledSteps.Model model(LiveModel model, NDList keys, NDList values) {
    Map<String, MemorySegment> tensors = new HashMap<>();
    List<TensorSpec> specs = model.runtime().config().tensors();
    NDList operands = model.operands();
    for (int i = 0; i < specs.size(); i++) {
      tensors.put(specs.get(i).name(), of(operands.get(i)));
    }
    List<List<String>> joined = new LlamaExpressions(model.runtime().config()).joined();
    for (int i = 0; i < joined.size(); i++) {
      String name = joined.get(i).getFirst().replace("self_attn.q_proj", CompiledSteps.INPUTS);
      tensors.put(name, of(operands.get(specs.size() + i)));
    }
    return new CompiledSteps.Model(
        tensors,
        keys.stream().map(NativeMemory::of).toList(),
        values.stream().map(NativeMemory::of).toList(),
        of(model.runtime().cosines()),
        of(model.runtime().sines()));
  }

  /** An array of float32 that lies in a segment; it may not outlive it. */
  static NDArray array(NDManager manager, MemorySegment floats, long... shape) {
    return manager.create(
        floats.asByteBuffer().order(ByteOrder.nativeOrder()), new Shape(shape), DataType.FLOAT32);
  }

  private static MemorySegment of(NDArray array) {
    return MemorySegment.ofBuffer(array.toByteBuffer(true));
  }
}
