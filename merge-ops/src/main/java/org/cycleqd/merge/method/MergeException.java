package org.cycleqd.merge.method;

import java.io.IOException;

/** A merge that cannot be done; the message is meant for the user. */
public final class MergeException extends IOException {

  private static final long serialVersionUID = 1L;

  /** An error with its message. */
  public MergeException(String message) {
    super(message);
  }
}
