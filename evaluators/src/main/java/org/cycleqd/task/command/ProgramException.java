package org.cycleqd.task.command;

/** A program gave no scores; the message names it, says why and shows the end of what it wrote. */
public final class ProgramException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  ProgramException(String message) {
    super(message);
  }
}
