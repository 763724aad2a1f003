package org.cycleqd.task;

import java.util.List;

/**
 * One question with the answer that its author had in mind.
 *
 * @param id names the item by its content; equal ids are equal questions
 * @param prompt what the model reads
 * @param reference a correct answer; others may be correct too
 * @param steps the difficulty: how many operations the reference composes, at least 1
 * @param choices the answers to choose from, in order; empty where the model writes its own
 */
public record Item(String id, String prompt, String reference, int steps, List<String> choices) {

  /** A question without choices. */
  public Item(String id, String prompt, String reference, int steps) {
    this(id, prompt, reference, steps, List.of());
  }

  /**
   * Checks the parts.
   *
   * @throws IllegalArgumentException if a text is empty or {@code steps} is not positive
   */
  public Item {
    choices = List.copyOf(choices);
    if (id.isEmpty() || prompt.isEmpty() || reference.isEmpty()) {
      throw new IllegalArgumentException(
          "item '%s' needs id, prompt and reference, found prompt '%s', reference '%s'"
              .formatted(id, prompt, reference));
    }
    if (steps < 1) {
      throw new IllegalArgumentException(
          "item '%s': steps must be at least 1, was %d".formatted(id, steps));
    }
  }
}
