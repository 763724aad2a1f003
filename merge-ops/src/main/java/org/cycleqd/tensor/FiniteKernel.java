package org.cycleqd.tensor;

import java.lang.foreign.MemorySegment;

/** Whether a run of little-endian floats holds an infinity or a NaN; offsets are in bytes. */
interface FiniteKernel {

  /**
   * Looks at 16-bit floats.
   *
   * @param exponent the format's exponent bits, which all are set in infinities and NaNs only
   */
  boolean allFinite16(MemorySegment data, long offset, int count, short exponent);

  /** Looks at float32. */
  boolean allFinite32(MemorySegment data, long offset, int count);
}
