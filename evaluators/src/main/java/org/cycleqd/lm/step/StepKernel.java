package org.cycleqd.lm.step;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.Optional;
import org.cycleqd.checkpoint.LlamaConfig;
import org.cycleqd.llvm.NativeCode;
import org.cycleqd.llvm.Processor;

/**
 * Machine code for one architecture that decodes one more token of some sequences, in float32 on
 * the processor. May be used from several threads.
 *
 * <p>A step of libtorch is a few hundred calls of operators, and its products wait for memory; here
 * a step is one call, and weights are fetched before they are needed. Every sum has one order, so a
 * sequence's logits depend neither on the sequences beside it nor on the number of threads nor on
 * the processor.
 */
public final class StepKernel implements AutoCloseable {

  private final LlamaConfig config;
  private final NativeCode code;
  private final MethodHandle step;
  private final MethodHandle pack;

  private StepKernel(LlamaConfig config, boolean wide) {
    this.config = config;
    this.code = NativeCode.compile(StepText.of(config, wide));
    this.step = code.function("step", 7);
    this.pack = code.function("pack", 7);
  }

  /** Compiles for an architecture; empty if the processor is {@linkplain Processor not served}. */
  public static Optional<StepKernel> compile(LlamaConfig config) {
    return Processor.find().map(processor -> new StepKernel(config, processor.wide()));
  }

  /** The same with tiles for many or for few registers, whatever the processor has. */
  static Optional<StepKernel> compile(LlamaConfig config, boolean wide) {
    return Processor.find().map(_ -> new StepKernel(config, wide));
  }

  LlamaConfig config() {
    return config;
  }

  /** One thread's part of a step. */
  void step(
      MemorySegment slots,
      int thread,
      int threads,
      int first,
      int rows,
      MemorySegment scratch,
      long scoreBytes) {
    try {
      step.invokeExact(
          slots.address(),
          (long) thread,
          (long) threads,
          (long) first,
          (long) rows,
          scratch.address(),
          scoreBytes);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  /** Copies some panels of a matrix. */
  void pack(
      MemorySegment weights,
      long outputs,
      long inputs,
      MemorySegment panels,
      long padded,
      long first,
      long end) {
    try {
      pack.invokeExact(weights.address(), outputs, inputs, panels.address(), padded, first, end);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  private static IllegalStateException unexpected(Throwable e) {
    return new IllegalStateException("machine code", e);
  }

  @Override
  public void close() {
    code.close();
  }
}
