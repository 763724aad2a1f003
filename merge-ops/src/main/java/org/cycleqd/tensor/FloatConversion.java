package org.cycleqd.tensor;

import java.lang.foreign.MemorySegment;

/**
 * Elementwise conversion between float32 arrays and the weight dtypes (F32, BF16, F16) in
 * little-endian memory.
 *
 * <p>Widening is exact; rounding is to nearest, ties to even, beyond the largest finite value to
 * infinity, and a NaN stays one. The Vector API does it where the JVM was started with its module,
 * plain Java elsewhere, with the same results.
 */
public final class FloatConversion {

  private static final ConversionKernel SCALAR = new ScalarConversion();
  private static final ConversionKernel FASTEST =
      VectorModule.isPresent() ? new VectorConversion() : SCALAR;

  private FloatConversion() {}

  /**
   * Reads {@code count} elements.
   *
   * @param source memory that holds them from byte {@code sourceOffset}, of any alignment
   * @throws IndexOutOfBoundsException if either range is not within its memory
   */
  public static void widen(
      DType dtype,
      MemorySegment source,
      long sourceOffset,
      float[] target,
      int targetOffset,
      int count) {
    switch (dtype) {
      case F32 ->
          MemorySegment.copy(
              source, ScalarConversion.FLOAT, sourceOffset, target, targetOffset, count);
      case BF16 -> kernel(source).widenBrain(source, sourceOffset, target, targetOffset, count);
      case F16 -> kernel(source).widenHalf(source, sourceOffset, target, targetOffset, count);
      default -> throw new UnsupportedOperationException("no weight dtype: " + dtype);
    }
  }

  /**
   * Writes {@code count} elements.
   *
   * @param target memory that takes them from byte {@code targetOffset}, of any alignment
   * @throws IndexOutOfBoundsException if either range is not within its memory
   */
  public static void round(
      DType dtype,
      float[] source,
      int sourceOffset,
      MemorySegment target,
      long targetOffset,
      int count) {
    switch (dtype) {
      case F32 ->
          MemorySegment.copy(
              source, sourceOffset, target, ScalarConversion.FLOAT, targetOffset, count);
      case BF16 -> kernel(target).roundBrain(source, sourceOffset, target, targetOffset, count);
      case F16 -> kernel(target).roundHalf(source, sourceOffset, target, targetOffset, count);
      default -> throw new UnsupportedOperationException("no weight dtype: " + dtype);
    }
  }

  /**
   * Vectors only for native memory. The compiler has to know the class of the segments that vectors
   * are loaded from; where it has seen mapped, native and heap memory, it asks each time, and all
   * loops of the process take twice as long.
   */
  private static ConversionKernel kernel(MemorySegment memory) {
    return memory.isNative() ? FASTEST : SCALAR;
  }

  static void requireWeight(TensorSpec spec) {
    if (!spec.dtype().isWeight()) {
      throw new UnsupportedOperationException(
          "tensor %s: found dtype %s, expected F32, BF16 or F16 to convert from or to float32"
              .formatted(spec.name(), spec.dtype()));
    }
  }
}
