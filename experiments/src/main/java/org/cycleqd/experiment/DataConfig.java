package org.cycleqd.experiment;

/**
 * Training items of a task.
 *
 * @param task the type of task, e.g. {@code pico-code}
 * @param items how many
 * @param seed seed of generated items
 */
public record DataConfig(String task, int items, @Default("1") long seed) {

  /** Checks name and size. */
  public DataConfig {
    Require.name("task", task);
    Require.atLeast("items", items, 1);
  }
}
