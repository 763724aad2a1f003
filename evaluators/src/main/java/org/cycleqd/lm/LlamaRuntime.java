package org.cycleqd.lm;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.Optional;
import org.cycleqd.checkpoint.LlamaConfig;
import org.cycleqd.lm.step.StepKernel;
import org.cycleqd.torch.TorchProgram;
import org.jspecify.annotations.Nullable;

/**
 * One architecture's compiled program with its rotary tables; shared by all live models of that
 * architecture and safe for use from several threads.
 */
public final class LlamaRuntime implements AutoCloseable {

  private final LlamaConfig config;
  private final Placement placement;
  private final TorchProgram program;
  private final NDManager manager;
  private final NDArray cosines;
  private final NDArray sines;
  private @Nullable StepKernel kernel;
  private boolean compiled;

  /**
   * Compiles the program for float32 on the processor.
   *
   * @param config the architecture
   * @param positions the longest sequence, prompt and answer together, in tokens
   */
  public LlamaRuntime(LlamaConfig config, int positions) {
    this(config, positions, Placement.processor());
  }

  /**
   * Compiles the program.
   *
   * @param config the architecture
   * @param positions the longest sequence, prompt and answer together, in tokens
   * @throws IllegalStateException if the device is not there or does not compute in the type
   */
  public LlamaRuntime(LlamaConfig config, int positions, Placement placement) {
    this.config = config;
    this.placement = placement;
    this.manager = placement.newManager();
    this.program = TorchProgram.load(LlamaProgram.text(config));
    try {
      requireRuns();
    } catch (IllegalStateException e) {
      close();
      throw e;
    }
    RotaryTable table = new RotaryTable(config, positions);
    Shape shape = new Shape(positions, config.attention().headDimension());
    this.cosines = cast(manager.create(table.cosines(), shape));
    this.sines = cast(manager.create(table.sines(), shape));
  }

  /** A runtime for float32 on the processor that decodes by libtorch even where steps compile. */
  static LlamaRuntime withoutKernel(LlamaConfig config, int positions) {
    LlamaRuntime runtime = new LlamaRuntime(config, positions);
    runtime.compiled = true;
    return runtime;
  }

  private void requireRuns() {
    try (NDManager step = manager.newSubManager()) {
      program.call(step, "attempt", step.create(0f), placement.precision().torchType());
    } catch (EngineException e) {
      throw new IllegalStateException(
          "dtype: found %s, which libtorch does not compute in on %s"
              .formatted(placement.precision().label(), placement.device()),
          e);
    }
  }

  private NDArray cast(NDArray table) {
    return placement.precision() == Precision.F32
        ? table
        : program
            .call(manager, "cast", table, placement.precision().torchType())
            .singletonOrThrow();
  }

  /** The architecture. */
  public LlamaConfig config() {
    return config;
  }

  /** Where and in which type it computes. */
  public Placement placement() {
    return placement;
  }

  /** The longest sequence in tokens. */
  public int positions() {
    return (int) cosines.getShape().get(0);
  }

  /** The compiled methods; see the class comment of the program's source for their arguments. */
  public TorchProgram program() {
    return program;
  }

  /**
   * Steps of decoding in machine code, compiled when they are first wanted: for float32 on a
   * processor that is served, up to some billion weights, which are copied for them.
   */
  synchronized Optional<StepKernel> kernel() {
    if (!compiled) {
      compiled = true;
      if (placement.equals(Placement.processor()) && StepMemory.fits(config)) {
        kernel = StepKernel.compile(config).orElse(null);
      }
    }
    return Optional.ofNullable(kernel);
  }

  /** Cosines [positions, head_dim]. */
  public NDArray cosines() {
    return cosines;
  }

  /** Sines [positions, head_dim]. */
  public NDArray sines() {
    return sines;
  }

  @Override
  public synchronized void close() {
    if (kernel != null) {
      kernel.close();
    }
    manager.close();
    program.close();
  }
}
