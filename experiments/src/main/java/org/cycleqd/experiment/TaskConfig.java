package org.cycleqd.experiment;

/**
 * A task that scores a model with a fraction in [0, 1].
 *
 * @param type which task it is, e.g. {@code pico-code}
 * @param optimisation items that the search sees
 * @param validation items that the elites are scored on after the search, to choose one; 0 chooses
 *     none
 * @param test items that only the final evaluation sees; may be 0
 * @param itemSeed seed of generated items
 * @param allowTestItems whether the search may see items that a benchmark published as test items
 */
public record TaskConfig(
    String name,
    String type,
    int optimisation,
    @Default("0") int validation,
    int test,
    @Default("1") long itemSeed,
    @Default("false") boolean allowTestItems) {

  /** Checks names and sizes. */
  public TaskConfig {
    Require.name("name", name);
    Require.name("type", type);
    Require.atLeast("optimisation", optimisation, 1);
    Require.atLeast("validation", validation, 0);
    Require.atLeast("test", test, 0);
  }
}
