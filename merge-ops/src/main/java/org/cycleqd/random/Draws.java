package org.cycleqd.random;

import java.nio.charset.StandardCharsets;

/**
 * A random sequence that is read by index instead of being consumed.
 *
 * <p>A sequence is named by a seed and an address, a path of parts such as {@code ("crossover", 17,
 * "model.norm.weight")}. Element {@code i} depends on nothing else. The arithmetic (SplitMix64's
 * finaliser over a counter, Box-Muller in strict arithmetic) is part of the format: a recorded run
 * can be replayed on any machine and JDK.
 *
 * @param key the 64-bit key that seed and address were folded into
 */
public record Draws(long key) {

  private static final long GOLDEN_GAMMA = 0x9E3779B97F4A7C15L;
  private static final long FNV_PRIME = 0x100000001B3L;
  private static final double ULP_53 = 0x1.0p-53;

  /**
   * Names a sequence.
   *
   * @param seed the run's seed
   * @param address parts whose {@code toString} identifies the draw; their order counts
   */
  public static Draws at(long seed, Object... address) {
    long key = mix(seed + GOLDEN_GAMMA);
    for (Object part : address) {
      key = fold(key, part.toString());
    }
    return new Draws(key);
  }

  /** The sequence one level below this one. */
  public Draws child(Object part) {
    return new Draws(fold(key, part.toString()));
  }

  /** Element {@code index} as 64 uniform bits. */
  public long bits(long index) {
    return mix(key + GOLDEN_GAMMA * (index + 1));
  }

  /** Element {@code index}, uniform on [0, 1) with 53 bits. */
  public double uniform(long index) {
    return (bits(index) >>> 11) * ULP_53;
  }

  /**
   * Element {@code index}, uniform on 0..bound-1.
   *
   * @throws IllegalArgumentException if {@code bound} is not positive
   */
  public int below(long index, int bound) {
    if (bound <= 0) {
      throw new IllegalArgumentException("bound must be positive, was " + bound);
    }
    return (int) Math.floor(uniform(index) * bound);
  }

  /**
   * Element {@code index}, standard normal. It is made of the uniform elements {@code 2 index} and
   * {@code 2 index + 1}, so one sequence should serve one distribution only.
   */
  public double gaussian(long index) {
    double radius = 1.0 - uniform(2 * index);
    double angle = 2.0 * Math.PI * uniform(2 * index + 1);
    return StrictMath.sqrt(-2.0 * StrictMath.log(radius)) * StrictMath.cos(angle);
  }

  private static long fold(long key, String part) {
    long hash = key;
    for (byte b : part.getBytes(StandardCharsets.UTF_8)) {
      hash = (hash ^ (b & 0xFF)) * FNV_PRIME;
    }
    return mix(hash + GOLDEN_GAMMA);
  }

  private static long mix(long value) {
    long z = value;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
