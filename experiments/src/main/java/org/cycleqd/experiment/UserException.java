package org.cycleqd.experiment;

import org.jspecify.annotations.Nullable;

/** A mistake of the user, or a condition the user can change; the message says all there is. */
public class UserException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /** Reports a mistake. */
  public UserException(String message) {
    super(message);
  }

  /** Reports a mistake that another exception brought to light. */
  public UserException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
