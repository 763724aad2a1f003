package org.cycleqd.tensor;

import java.lang.foreign.MemorySegment;
import java.util.OptionalLong;

/** Finds infinities and NaNs in tensors. */
public final class Finiteness {

  private static final short BRAIN_EXPONENT = 0x7F80;
  private static final short HALF_EXPONENT = 0x7C00;
  private static final int BLOCK = 1 << 14;
  private static final FiniteKernel KERNEL =
      VectorModule.isPresent() ? new VectorFiniteness() : new ScalarFiniteness();

  private Finiteness() {}

  /**
   * The first element of a run that is not finite.
   *
   * @param view a tensor of F32, BF16 or F16
   * @param first index of the run's first element, row-major
   * @param count length of the run in elements
   * @return the element's index in the tensor, or empty if all are finite
   * @throws UnsupportedOperationException if the dtype is another
   * @throws IndexOutOfBoundsException if the run is not within the tensor
   */
  public static OptionalLong firstNonFinite(TensorView view, long first, long count) {
    FloatConversion.requireWeight(view.spec());
    for (long start = first; start < first + count; start += BLOCK) {
      int length = (int) Math.min(BLOCK, first + count - start);
      if (!allFinite(KERNEL, view.spec().dtype(), view.data(), start, length)) {
        return OptionalLong.of(located(view, start, length));
      }
    }
    return OptionalLong.empty();
  }

  static boolean allFinite(
      FiniteKernel kernel, DType dtype, MemorySegment data, long start, int count) {
    long offset = start * dtype.bits() / Byte.SIZE;
    return switch (dtype) {
      case F32 -> kernel.allFinite32(data, offset, count);
      case BF16 -> kernel.allFinite16(data, offset, count, BRAIN_EXPONENT);
      default -> kernel.allFinite16(data, offset, count, HALF_EXPONENT);
    };
  }

  private static long located(TensorView view, long start, int count) {
    float[] floats = new float[count];
    DType dtype = view.spec().dtype();
    FloatConversion.widen(dtype, view.data(), start * dtype.bits() / Byte.SIZE, floats, 0, count);
    int i = 0;
    while (Float.isFinite(floats[i])) {
      i++;
    }
    return start + i;
  }
}
