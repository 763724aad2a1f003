package org.cycleqd.tensor;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/** The reference, written as a maximum so that the compiler can use the processor's lanes. */
final class ScalarFiniteness implements FiniteKernel {

  static final int FLOAT_EXPONENT = 0x7F80_0000;

  private static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  @Override
  public boolean allFinite16(MemorySegment data, long offset, int count, short exponent) {
    MemorySegment run = data.asSlice(offset, 2L * count);
    int largest = 0;
    for (int i = 0; i < count; i++) {
      largest = Math.max(largest, run.get(SHORT, 2L * i) & exponent);
    }
    return largest < exponent;
  }

  @Override
  public boolean allFinite32(MemorySegment data, long offset, int count) {
    MemorySegment run = data.asSlice(offset, 4L * count);
    int largest = 0;
    for (int i = 0; i < count; i++) {
      largest = Math.max(largest, run.get(INT, 4L * i) & FLOAT_EXPONENT);
    }
    return largest < FLOAT_EXPONENT;
  }
}
