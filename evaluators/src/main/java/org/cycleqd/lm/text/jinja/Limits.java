package org.cycleqd.lm.text.jinja;

/**
 * What one rendering may use.
 *
 * @param output characters of the result
 * @param steps expressions and statements that are carried out
 * @param memory characters and elements of all values made on the way
 * @param depth expressions, statements and calls inside each other
 */
public record Limits(long output, long steps, long memory, int depth) {

  /** Room for prompts of some hundred thousand tokens; a hostile template ends within seconds. */
  public static final Limits STANDARD = new Limits(8L << 20, 4L << 20, 64L << 20, 250);

  /** Requires positive limits. */
  public Limits {
    if (output < 1 || steps < 1 || memory < 1 || depth < 1) {
      throw new IllegalArgumentException(
          "limits: found %d, %d, %d and %d, expected positive numbers"
              .formatted(output, steps, memory, depth));
    }
  }
}
