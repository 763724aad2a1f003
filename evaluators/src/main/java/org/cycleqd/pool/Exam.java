package org.cycleqd.pool;

import java.util.List;
import org.cycleqd.task.Item;
import org.cycleqd.task.Split;
import org.cycleqd.task.Task;

/**
 * A task with the questions that are asked.
 *
 * @param name the task's name in the experiment
 * @param task judges the answers
 * @param items at least one
 */
public record Exam(String name, Task task, List<Item> items) {

  /** Copies the items and refuses an empty exam. */
  public Exam {
    items = List.copyOf(items);
    if (items.isEmpty()) {
      throw new IllegalArgumentException("task %s: an exam needs items".formatted(name));
    }
  }

  /** The first {@code count} items of a split. */
  public static Exam of(String name, Task task, Split split, int count, long seed) {
    return new Exam(name, task, task.items(split, count, seed));
  }
}
