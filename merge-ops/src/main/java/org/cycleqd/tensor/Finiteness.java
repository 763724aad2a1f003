package org.cycleqd.tensor;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.OptionalLong;

/**
 * Finds infinities and NaNs in tensors, at the speed of memory.
 *
 * <p>They are the floats whose exponent bits are all set. Eight bytes at a time, adding the lowest
 * exponent bit to the exponent carries into the sign bit, which was cleared, exactly then; the sums
 * are collected with "or", a loop that the compiler turns into vector instructions by itself.
 */
public final class Finiteness {

  private static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final long BLOCK = 1 << 14;

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
    DType dtype = view.spec().dtype();
    int width = dtype.bits() / Byte.SIZE;
    MemorySegment run = view.data().asSlice(first * width, count * width);
    for (long start = 0; start < count; start += BLOCK) {
      int length = (int) Math.min(BLOCK, count - start);
      MemorySegment block = run.asSlice(start * width, (long) length * width);
      int whole = (int) (block.byteSize() / Long.BYTES);
      int checked = allFinite(block, whole, dtype) ? whole * (Long.BYTES / width) : 0;
      int index = firstOf(dtype, block, checked, length);
      if (index < length) {
        return OptionalLong.of(first + start + index);
      }
    }
    return OptionalLong.empty();
  }

  private static boolean allFinite(MemorySegment block, int longs, DType dtype) {
    long exponents = exponents(dtype);
    long lowest = exponents & ~(exponents << 1);
    long sums = 0;
    for (int i = 0; i < longs; i++) {
      sums |= (block.get(LONG, (long) i * Long.BYTES) & exponents) + lowest;
    }
    return (sums & ~exponents & (exponents << 1)) == 0;
  }

  /** The exponent bits of as many neighbouring elements as eight bytes hold. */
  private static long exponents(DType dtype) {
    return switch (dtype) {
      case F32 -> 0x7F80_0000_7F80_0000L;
      case BF16 -> 0x7F80_7F80_7F80_7F80L;
      default -> 0x7C00_7C00_7C00_7C00L;
    };
  }

  private static int firstOf(DType dtype, MemorySegment block, int from, int to) {
    float[] floats = new float[to - from];
    int width = dtype.bits() / Byte.SIZE;
    FloatConversion.widen(dtype, block, (long) from * width, floats, 0, floats.length);
    int i = 0;
    while (i < floats.length && Float.isFinite(floats[i])) {
      i++;
    }
    return from + i;
  }
}
