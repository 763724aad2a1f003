package org.cycleqd.experiment;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A task that scores a model with a fraction in [0, 1].
 *
 * @param type which task it is, e.g. {@code pico-code}
 * @param optimisation items that the search sees
 * @param validation items that the elites are scored on after the search, to choose one; 0 chooses
 *     none
 * @param test items that only the final evaluation sees; may be 0
 * @param itemSeed seed of generated items, and of the order of published ones
 * @param allowTestItems whether the search may see items that a benchmark published as test items
 * @param data the file of a task that ships without; null for the others
 * @param sha256 the file's digest in hexadecimal digits; null if any will do
 */
public record TaskConfig(
    String name,
    String type,
    int optimisation,
    @Default("0") int validation,
    int test,
    @Default("1") long itemSeed,
    @Default("false") boolean allowTestItems,
    @Nullable Path data,
    @Nullable String sha256) {

  /** Checks names and sizes. */
  public TaskConfig {
    Require.name("name", name);
    Require.name("type", type);
    Require.atLeast("optimisation", optimisation, 1);
    Require.atLeast("validation", validation, 0);
    Require.atLeast("test", test, 0);
    Require.that(
        sha256 == null || sha256.matches("[0-9a-fA-F]{64}"),
        "sha256",
        "is '%s', allowed: 64 hexadecimal digits".formatted(sha256));
    Require.that(sha256 == null || data != null, "sha256", "is given without data");
  }
}
