package org.cycleqd.experiment;

import java.util.List;

/**
 * Tasks that are formulas of the genome, in place of models.
 *
 * @param tasks their names, at least two; each has an expert of its name
 * @param conflict from 0, one genome is best in all tasks, to 1, each expert is best in its own
 * @param width how far from its best genome a task still gives a good score
 * @param scatter standard deviation of the best coefficients of tensors, and of their components
 * @param noise standard deviation of what an item adds to a genome's quality
 * @param items of each task that the search sees
 * @param test items of each task that only the final evaluation sees
 * @param tensors of a genome, each a layer group
 * @param rank singular components of each tensor
 * @param seed of the landscape, whatever the run's
 */
public record LandscapeConfig(
    List<String> tasks,
    @Default("0.7") double conflict,
    @Default("0.7") double width,
    @Default("0.2") double scatter,
    @Default("0.1") double noise,
    @Default("60") int items,
    @Default("240") int test,
    @Default("9") int tensors,
    @Default("36") int rank,
    @Default("1") long seed) {

  /** Copies the tasks and checks the numbers. */
  public LandscapeConfig {
    tasks = List.copyOf(tasks);
    Require.that(tasks.size() >= 2, "tasks", "has %d, allowed: 2 or more".formatted(tasks.size()));
    for (int i = 0; i < tasks.size(); i++) {
      Require.name("tasks." + i, tasks.get(i));
      Require.that(
          tasks.indexOf(tasks.get(i)) == i,
          "tasks." + i,
          "is '%s' again, allowed: each name once".formatted(tasks.get(i)));
    }
    Require.between("conflict", conflict, 0, 1);
    Require.positive("width", width);
    Require.atLeast("scatter", scatter, 0.0);
    Require.atLeast("noise", noise, 0.0);
    Require.between("items", items, 1, 1_000_000);
    Require.between("test", test, 1, 1_000_000);
    Require.between("tensors", tensors, 1, 100_000);
    Require.between("rank", rank, 0, 100_000);
  }
}
