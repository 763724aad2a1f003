package org.cycleqd.task;

import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.SequencedMap;

/**
 * The tasks that configs can name.
 *
 * @param tasks by type, such as {@code pico-code}
 */
public record TaskCatalogue(SequencedMap<String, Task> tasks) {

  /** Copies the map, keeping its order. */
  public TaskCatalogue {
    tasks = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(tasks));
  }

  /** A catalogue of tasks under their own names. */
  public static TaskCatalogue of(Collection<? extends Task> tasks) {
    SequencedMap<String, Task> byName = new LinkedHashMap<>();
    tasks.forEach(task -> byName.put(task.name(), task));
    return new TaskCatalogue(byName);
  }

  /**
   * The task of a type.
   *
   * @throws IllegalArgumentException if there is none; the message lists those there are
   */
  public Task task(String type) {
    Task task = tasks.get(type);
    if (task == null) {
      throw new IllegalArgumentException(
          "there is no task type '%s', known: %s"
              .formatted(type, String.join(", ", tasks.sequencedKeySet())));
    }
    return task;
  }
}
