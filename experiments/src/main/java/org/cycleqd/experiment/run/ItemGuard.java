package org.cycleqd.experiment.run;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.cycleqd.experiment.TaskConfig;
import org.cycleqd.experiment.UserException;
import org.cycleqd.pool.Exam;
import org.cycleqd.task.Item;

/** Keeps what judges a result out of what the search, or the choice among its elites, sees. */
final class ItemGuard {

  private ItemGuard() {}

  /**
   * Checks the items of a task.
   *
   * @param number of the task in the config
   * @param seen optimisation or validation items
   * @param test test items of the run
   * @throws UserException if one is also a test item of the run, or was published as a test item
   *     and the config does not permit that
   */
  static void check(int number, TaskConfig task, Exam seen, Exam test) {
    Set<String> judged = test.items().stream().map(Item::id).collect(Collectors.toSet());
    List<String> both = seen.items().stream().map(Item::id).filter(judged::contains).toList();
    if (!both.isEmpty()) {
      throw new UserException(
          "tasks.%d: %d of %d %s items, such as %s, are test items of this run too, expected none"
              .formatted(number, both.size(), seen.items().size(), name(seen), both.getFirst()));
    }
    List<String> published =
        seen.items().stream().filter(seen.task()::publishedTest).map(Item::id).toList();
    if (!published.isEmpty() && !task.allowTestItems()) {
      throw new UserException(
          "tasks.%d: %d of %d %s items, such as %s, are of the test part that %s was published with, and scores on it would say nothing any more; allow_test_items: true permits it"
              .formatted(
                  number,
                  published.size(),
                  seen.items().size(),
                  name(seen),
                  published.getFirst(),
                  task.type()));
    }
  }

  private static String name(Exam exam) {
    return exam.split().name().toLowerCase(Locale.ROOT);
  }
}
