package org.cycleqd.checkpoint;

import java.util.List;

/**
 * What one part of a verification found.
 *
 * @param subject what was looked at, in a word
 * @param result what was seen there, for people
 * @param problems everything that is wrong, a message each; empty if all is well
 */
public record VerificationStep(String subject, String result, List<String> problems) {

  /** Copies the list. */
  public VerificationStep {
    problems = List.copyOf(problems);
  }

  /** Whether nothing is wrong. */
  public boolean isSound() {
    return problems.isEmpty();
  }
}
