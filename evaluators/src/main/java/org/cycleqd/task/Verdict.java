package org.cycleqd.task;

/**
 * The mark of one answer.
 *
 * @param score a fraction in [0, 1]; 1 if the answer does what was asked
 * @param reason why, for a person reading a report
 */
public record Verdict(double score, String reason) {

  /** Checks the score. */
  public Verdict {
    if (!(score >= 0 && score <= 1)) {
      throw new IllegalArgumentException("a score is from 0 to 1, found " + score);
    }
  }

  /** Marks an answer as correct or wrong. */
  public Verdict(boolean correct, String reason) {
    this(correct ? 1.0 : 0.0, reason);
  }

  /** Marks an answer as correct. */
  public static Verdict correct(String reason) {
    return new Verdict(true, reason);
  }

  /** Marks an answer as wrong. */
  public static Verdict wrong(String reason) {
    return new Verdict(false, reason);
  }

  /** Whether the answer does what was asked. */
  public boolean correct() {
    return score == 1;
  }
}
