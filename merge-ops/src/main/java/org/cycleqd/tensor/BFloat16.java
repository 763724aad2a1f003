package org.cycleqd.tensor;

/** Conversion between float32 and bfloat16, the upper 16 bits of a float32. */
public final class BFloat16 {

  private static final int QUIET_BIT = 0x40;

  private BFloat16() {}

  /** Widens the 16 bits of a bfloat16; exact. */
  public static float toFloat(short bits) {
    return Float.intBitsToFloat(bits << 16);
  }

  /**
   * Rounds to the nearest bfloat16, ties to the even one.
   *
   * <p>Values beyond the largest finite bfloat16 round to infinity as IEEE 754 demands; a NaN stays
   * a NaN of the same sign.
   */
  public static short fromFloat(float value) {
    int bits = Float.floatToRawIntBits(value);
    if (Float.isNaN(value)) {
      // Dropping the lower half could leave an empty significand, which would be an infinity.
      return (short) ((bits >>> 16) | QUIET_BIT);
    }
    int tie = (bits >>> 16) & 1;
    return (short) ((bits + 0x7FFF + tie) >>> 16);
  }
}
