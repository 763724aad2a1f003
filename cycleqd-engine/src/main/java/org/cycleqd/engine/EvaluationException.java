package org.cycleqd.engine;

/**
 * Says why a candidate could not be scored. The message goes into the journal, so it should be the
 * same whenever the same candidate fails: no times, addresses or thread names.
 */
public final class EvaluationException extends Exception {

  private static final long serialVersionUID = 1L;

  private final String reason;

  /** The reason in words. */
  public EvaluationException(String reason) {
    super(reason);
    this.reason = reason;
  }

  /** The reason in words, and what caused it. */
  public EvaluationException(String reason, Throwable cause) {
    super(reason, cause);
    this.reason = reason;
  }

  /** The reason in words. */
  public String reason() {
    return reason;
  }
}
