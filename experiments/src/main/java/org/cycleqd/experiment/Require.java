package org.cycleqd.experiment;

/** Checks of record components; a failed one names the key and the allowed range. */
final class Require {

  private Require() {}

  static void that(boolean condition, String field, String problem) {
    if (!condition) {
      throw new InvalidFieldException(field, problem);
    }
  }

  static void between(String field, long value, long low, long high) {
    that(
        low <= value && value <= high,
        field,
        "is %d, allowed: from %d to %d".formatted(value, low, high));
  }

  static void between(String field, double value, double low, double high) {
    that(
        low <= value && value <= high,
        field,
        "is %s, allowed: from %s to %s".formatted(value, low, high));
  }

  static void atLeast(String field, long value, long low) {
    that(low <= value, field, "is %d, allowed: %d or more".formatted(value, low));
  }

  static void atLeast(String field, double value, double low) {
    that(
        low <= value && Double.isFinite(value),
        field,
        "is %s, allowed: %s or more".formatted(value, low));
  }

  static void positive(String field, double value) {
    that(value > 0 && Double.isFinite(value), field, "is %s, allowed: above 0".formatted(value));
  }

  /** A name that can be a folder and a label. */
  static void name(String field, String value) {
    that(
        value.matches("[A-Za-z0-9][A-Za-z0-9._-]*"),
        field,
        "is '%s', allowed: letters, digits, '.', '_' and '-', starting with a letter or digit"
            .formatted(value));
  }
}
