package org.cycleqd.engine;

import java.io.IOException;

/** Says that a journal is damaged, in use, or belongs to another run. */
public final class JournalException extends IOException {

  private static final long serialVersionUID = 1L;

  JournalException(String message) {
    super(message);
  }
}
