package org.cycleqd.task;

/**
 * The mark of one answer.
 *
 * @param correct whether the answer does what was asked
 * @param reason why, for a person reading a report
 */
public record Verdict(boolean correct, String reason) {

  /** Marks an answer as correct. */
  public static Verdict correct(String reason) {
    return new Verdict(true, reason);
  }

  /** Marks an answer as wrong. */
  public static Verdict wrong(String reason) {
    return new Verdict(false, reason);
  }

  /** The score of the answer: 1 if it is correct, else 0. */
  public double score() {
    return correct ? 1.0 : 0.0;
  }
}
