package org.cycleqd.tensor;

import java.lang.foreign.MemorySegment;

/** Conversion of the two 16-bit formats; offsets in memory are in bytes. */
interface ConversionKernel {

  void widenBrain(MemorySegment source, long offset, float[] target, int start, int count);

  void widenHalf(MemorySegment source, long offset, float[] target, int start, int count);

  void roundBrain(float[] source, int start, MemorySegment target, long offset, int count);

  void roundHalf(float[] source, int start, MemorySegment target, long offset, int count);
}
