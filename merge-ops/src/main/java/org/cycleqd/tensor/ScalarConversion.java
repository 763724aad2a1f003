package org.cycleqd.tensor;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/** The reference: one element after the other. */
final class ScalarConversion implements ConversionKernel {

  // Data in a safetensors file need not be aligned to its element width.
  static final ValueLayout.OfFloat FLOAT =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  @Override
  public void widenBrain(MemorySegment source, long offset, float[] target, int start, int count) {
    for (int i = 0; i < count; i++) {
      target[start + i] = BFloat16.toFloat(source.get(SHORT, offset + 2L * i));
    }
  }

  @Override
  public void widenHalf(MemorySegment source, long offset, float[] target, int start, int count) {
    for (int i = 0; i < count; i++) {
      target[start + i] = Float.float16ToFloat(source.get(SHORT, offset + 2L * i));
    }
  }

  @Override
  public void roundBrain(float[] source, int start, MemorySegment target, long offset, int count) {
    for (int i = 0; i < count; i++) {
      target.set(SHORT, offset + 2L * i, BFloat16.fromFloat(source[start + i]));
    }
  }

  @Override
  public void roundHalf(float[] source, int start, MemorySegment target, long offset, int count) {
    for (int i = 0; i < count; i++) {
      target.set(SHORT, offset + 2L * i, Float.floatToFloat16(source[start + i]));
    }
  }
}
