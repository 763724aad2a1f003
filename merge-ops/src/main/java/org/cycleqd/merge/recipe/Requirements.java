package org.cycleqd.merge.recipe;

/** Checks of a recipe's values, in the words of the YAML file. */
final class Requirements {

  private Requirements() {}

  /**
   * Refuses a value.
   *
   * @param field path of keys, seen from the record that checks
   * @throws IllegalArgumentException if the condition does not hold
   */
  static void require(boolean holds, String field, Object found, String expected) {
    if (!holds) {
      throw new IllegalArgumentException(
          "%s: found %s, expected %s".formatted(field, found, expected));
    }
  }
}
