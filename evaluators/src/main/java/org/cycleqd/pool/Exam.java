package org.cycleqd.pool;

import java.util.List;
import org.cycleqd.task.Asking;
import org.cycleqd.task.Item;
import org.cycleqd.task.Split;
import org.cycleqd.task.Task;

/**
 * A task with the questions that are asked.
 *
 * @param name the task's name in the experiment
 * @param split the part of the task's items that these are of
 * @param task judges the answers
 * @param items at least one
 */
public record Exam(String name, Split split, Task task, List<Item> items) {

  /** Copies the items and refuses an empty exam and dialogues. */
  public Exam {
    items = List.copyOf(items);
    if (items.isEmpty()) {
      throw new IllegalArgumentException("task %s: an exam needs items".formatted(name));
    }
    if (task.asking() instanceof Asking.Talk) {
      throw new IllegalArgumentException(
          "task %s: %s is a dialogue, expected a task of one answer".formatted(name, task.name()));
    }
  }

  /** The first {@code count} items of a split. */
  public static Exam of(String name, Task task, Split split, int count, long seed) {
    return new Exam(name, split, task, task.items(split, count, seed));
  }

  /**
   * Validation items: those that follow the optimisation items where these are drawn from. They are
   * in neither of the other splits, and no expert learnt from them.
   *
   * @param optimisation how many optimisation items there are
   * @param count how many validation items
   */
  public static Exam validation(String name, Task task, int optimisation, int count, long seed) {
    List<Item> both = task.items(Split.OPTIMISATION, optimisation + count, seed);
    return new Exam(name, Split.VALIDATION, task, both.subList(optimisation, both.size()));
  }

  /**
   * Further optimisation items, on which elites are scored again: those that follow the
   * optimisation and validation items.
   *
   * @param before how many optimisation and validation items there are
   * @param count how many further items
   */
  public static Exam further(String name, Task task, int before, int count, long seed) {
    List<Item> all = task.items(Split.OPTIMISATION, before + count, seed);
    return new Exam(name, Split.OPTIMISATION, task, all.subList(before, all.size()));
  }
}
