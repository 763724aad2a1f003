package org.cycleqd.engine;

import org.cycleqd.archive.Range;
import org.jspecify.annotations.Nullable;

/**
 * A task of a search.
 *
 * @param name its name, unique in the search
 * @param expert number of the expert that was trained for it, in the layout's order; mutation
 *     strengthens this expert when the task is in focus
 * @param range the scores that its axis tells apart; without one, the range follows from the
 *     experts' scores by the {@link GridRule}
 */
public record SearchTask(String name, int expert, @Nullable Range range) {

  /** Checks name and number. */
  public SearchTask {
    if (name.isBlank()) {
      throw new IllegalArgumentException("a task needs a name");
    }
    if (expert < 0) {
      throw new IllegalArgumentException(
          "task %s: expert numbers start at 0, got %d".formatted(name, expert));
    }
  }

  /** A task whose range follows from the experts' scores. */
  public static SearchTask of(String name, int expert) {
    return new SearchTask(name, expert, null);
  }
}
