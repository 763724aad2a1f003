package org.cycleqd.experiment;

/**
 * A task that scores a model with a fraction in [0, 1].
 *
 * @param type which task it is, e.g. {@code pico-code}
 * @param optimisation items that the search sees
 * @param test items that only the final evaluation sees; may be 0
 * @param itemSeed seed of generated items
 */
public record TaskConfig(
    String name, String type, int optimisation, int test, @Default("1") long itemSeed) {

  /** Checks names and sizes. */
  public TaskConfig {
    Require.name("name", name);
    Require.name("type", type);
    Require.atLeast("optimisation", optimisation, 1);
    Require.atLeast("test", test, 0);
  }
}
