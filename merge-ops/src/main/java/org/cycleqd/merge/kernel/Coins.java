package org.cycleqd.merge.kernel;

/**
 * Addressed coins of 32 bits: a bijective mix of an element's number, keyed by 64 bits.
 *
 * <p>The multipliers are those of the 32-bit finaliser found by C. Wellons' hash prospector. It is
 * part of the format: the same recipe and seed drop the same elements on any machine.
 */
final class Coins {

  static final int FIRST = 0x21F0AAAD;
  static final int SECOND = 0x735A2D97;

  private Coins() {}

  /** The key of one stretch of 2^32 elements. */
  static int low(long key, long index) {
    return (int) (key + (index >>> 32) * 0x9E3779B97F4A7C15L);
  }

  static int high(long key, long index) {
    return (int) ((key + (index >>> 32) * 0x9E3779B97F4A7C15L) >>> 32);
  }

  static int toss(int low, int high, int index) {
    int h = index + low;
    h = (h ^ (h >>> 16)) * FIRST;
    h = ((h ^ (h >>> 15)) + high) * SECOND;
    return h ^ (h >>> 15);
  }
}
