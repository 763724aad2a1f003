package org.cycleqd.spectral.kernel;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Optional;
import org.cycleqd.llvm.NativeCode;
import org.cycleqd.llvm.Processor;
import org.cycleqd.llvm.RegisterTile;

/**
 * Machine code that adds up bfloat16 tensors, multiplies factors of low rank and adds the product
 * before it has left the registers. For tensors whose columns are whole vectors. Every element of a
 * product is one sum over the components in their order, whatever rows and columns are computed
 * with it. May be used from several threads.
 */
public final class BlendKernel {

  private static final int LARGEST_BYTES = RegisterTile.LANES * Integer.BYTES;
  private static final int OVERFLOW = 0x7F800000 - 0x8000;

  private static final Optional<BlendKernel> HERE =
      Processor.find().map(processor -> new BlendKernel(processor.wide()));

  private final MethodHandle pack;
  private final MethodHandle scale;
  private final MethodHandle multiply;
  private final MethodHandle blend;

  /**
   * Compiles for the rest of the process.
   *
   * @param wide whether there are 32 registers of 16 numbers, not 16 of 8
   */
  BlendKernel(boolean wide) {
    NativeCode code = NativeCode.compile(BlendText.of(wide));
    this.pack = code.function("pack", 8);
    this.scale = code.function("scale", 7);
    this.multiply = code.function("multiply", 13);
    this.blend = code.function("blend", 13);
  }

  /** The functions, if the processor is {@linkplain Processor#find served}. */
  public static Optional<BlendKernel> find() {
    return HERE;
  }

  /** Whether a tensor of so many columns can be composed. */
  public static boolean fits(long columns) {
    return columns % RegisterTile.LANES == 0;
  }

  /** The number of components with the zeros that fill it up. */
  public static long padded(long components) {
    return Math.ceilDiv(components, RegisterTile.UNROLLED) * RegisterTile.UNROLLED;
  }

  /**
   * Copies right vectors into the panels of a product.
   *
   * @param right [r, columns]
   * @param panels of {@code components} components; those that nothing is copied to are zero
   * @param first the component that the first vector becomes
   */
  public void pack(
      MemorySegment right,
      long r,
      long columns,
      MemorySegment panels,
      long components,
      long first) {
    require(right, r * columns * Float.BYTES);
    require(panels, components * columns * Float.BYTES);
    try {
      pack.invokeExact(
          right.address(),
          r,
          columns,
          panels.address(),
          components,
          first,
          0L,
          columns / RegisterTile.LANES);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  /**
   * Rows of left vectors, each vector multiplied by an amount, as columns of {@code out}.
   *
   * @param left [rows, r]
   * @param amounts [r]
   * @param out [rows, components]
   * @param first the column that the first vector becomes
   */
  public void scale(
      MemorySegment left,
      long r,
      MemorySegment amounts,
      MemorySegment out,
      long components,
      long first,
      long rows) {
    require(left, rows * r * Float.BYTES);
    require(amounts, r * Float.BYTES);
    require(out, rows * components * Float.BYTES);
    try {
      scale.invokeExact(
          left.address(), r, amounts.address(), out.address(), components, first, rows);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  /**
   * What is added to bfloat16 tensors.
   *
   * @param left [rows, components]
   * @param panels [components, columns] in panels
   * @param change float32 [rows, columns] in place of their product, or {@link MemorySegment#NULL}
   */
  public record Addition(
      MemorySegment left, MemorySegment panels, long components, MemorySegment change) {

    private static final MemorySegment NULL = MemorySegment.NULL;

    /** A product. */
    public static Addition product(MemorySegment left, MemorySegment panels, long components) {
      return new Addition(left, panels, components, NULL);
    }

    /** Elements that are there already. */
    public static Addition change(MemorySegment floats) {
      return new Addition(NULL, NULL, 0, floats);
    }

    /** Nothing; without models the base stays what it is. */
    public static Addition nothing() {
      return new Addition(NULL, NULL, 0, NULL);
    }

    private void require(long rows, long columns) {
      BlendKernel.require(left, rows * components * Float.BYTES);
      BlendKernel.require(panels, components * columns * Float.BYTES);
      if (change.address() != 0) {
        BlendKernel.require(change, rows * columns * Float.BYTES);
      }
    }
  }

  /**
   * Tensors in bfloat16 [rows, columns].
   *
   * @param weights one for each model
   */
  @SuppressWarnings("ArrayRecordComponent") // addresses and numbers, never compared
  public record Tensors(MemorySegment base, MemorySegment[] models, float[] weights) {}

  /**
   * A product.
   *
   * @param out [rows, columns] float32
   */
  public void multiply(Addition product, MemorySegment out, long rows, long columns) {
    product.require(rows, columns);
    require(out, rows * columns * Float.BYTES);
    try {
      multiply.invokeExact(
          product.left.address(),
          product.components,
          product.panels.address(),
          columns,
          0L,
          0L,
          0L,
          0L,
          out.address(),
          rows,
          0L,
          0L,
          0L);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  /**
   * {@code out = base + (sum_k weights[k] * (models[k] - base) + addition)} in float32, rounded to
   * bfloat16 once.
   *
   * @param out takes bfloat16 numbers
   * @param floats whether it takes them as float32
   * @return whether all results are finite bfloat16 numbers
   */
  public boolean blend(
      Tensors tensors,
      Addition addition,
      MemorySegment out,
      boolean floats,
      long rows,
      long columns) {
    long bytes = rows * columns * Short.BYTES;
    addition.require(rows, columns);
    require(tensors.base, bytes);
    require(out, floats ? 2 * bytes : bytes);
    int count = tensors.models.length;
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment largest = arena.allocate(LARGEST_BYTES, RegisterTile.BYTES);
      MemorySegment addresses = arena.allocate(ValueLayout.JAVA_LONG, Math.max(1, count));
      MemorySegment weights = arena.allocate(ValueLayout.JAVA_FLOAT, Math.max(1, count));
      for (int k = 0; k < count; k++) {
        require(tensors.models[k], bytes);
        addresses.setAtIndex(ValueLayout.JAVA_LONG, k, tensors.models[k].address());
        weights.setAtIndex(ValueLayout.JAVA_FLOAT, k, tensors.weights[k]);
      }
      blend.invokeExact(
          addition.left.address(),
          addition.components,
          addition.panels.address(),
          columns,
          tensors.base.address(),
          addresses.address(),
          weights.address(),
          (long) count,
          out.address(),
          rows,
          largest.address(),
          addition.change.address(),
          !floats ? 0L : out.address() % RegisterTile.BYTES == 0 ? 2L : 1L);
      int most = 0;
      for (int i = 0; i < RegisterTile.LANES; i++) {
        most = Math.max(most, largest.getAtIndex(ValueLayout.JAVA_INT, i));
      }
      return most < OVERFLOW;
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  private static void require(MemorySegment memory, long bytes) {
    if (!memory.isNative() || memory.byteSize() < bytes) {
      throw new IllegalArgumentException(
          "memory of %d bytes, expected %d outside of the heap"
              .formatted(memory.byteSize(), bytes));
    }
  }

  private static RuntimeException unexpected(Throwable e) {
    return e instanceof RuntimeException known ? known : new IllegalStateException(e);
  }
}
