package org.cycleqd.task;

/**
 * One question with the answer that its author had in mind.
 *
 * @param id names the item by its content; equal ids are equal questions
 * @param prompt what the model reads, one line
 * @param reference a correct answer, one line; others may be correct too
 * @param steps the difficulty: how many operations the reference composes, at least 1
 */
public record Item(String id, String prompt, String reference, int steps) {

  /**
   * Checks the parts.
   *
   * @throws IllegalArgumentException if a text is empty or {@code steps} is not positive
   */
  public Item {
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
