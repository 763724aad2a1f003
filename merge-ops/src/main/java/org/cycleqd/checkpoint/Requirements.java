package org.cycleqd.checkpoint;

/** Range checks of configuration values, in the words of {@code config.json}. */
final class Requirements {

  private Requirements() {}

  static void require(boolean holds, String field, Object found, String expected) {
    if (!holds) {
      throw new IllegalArgumentException(
          "%s: found %s, expected %s".formatted(field, found, expected));
    }
  }

  static void requirePositive(String field, int value) {
    require(value > 0, field, value, "a positive integer");
  }

  static void requirePositive(String field, double value) {
    require(value > 0 && Double.isFinite(value), field, value, "a positive number");
  }
}
