package org.cycleqd.checkpoint;

import java.io.IOException;
import java.nio.file.Path;

/** A model folder that cannot be used or published; the message is meant for the user. */
public final class CheckpointException extends IOException {

  private static final long serialVersionUID = 1L;

  /** Says all there is in one line. */
  public CheckpointException(String message) {
    super(message);
  }

  /**
   * Refuses what a file holds.
   *
   * @param subject the field or tensor
   */
  public CheckpointException(Path file, String subject, String found, String expected) {
    super("%s: %s: found %s, expected %s".formatted(file, subject, found, expected));
  }

  CheckpointException(Path file, Exception cause) {
    super("%s: %s".formatted(file, cause.getMessage()), cause);
  }
}
