package org.cycleqd.tensor;

import java.io.IOException;
import java.nio.file.Path;

/** A safetensors file that does not keep to the format; the message is meant for the user. */
public final class SafetensorsException extends IOException {

  private static final long serialVersionUID = 1L;

  SafetensorsException(Path file, String subject, String found, String expected) {
    super("%s: %s: found %s, expected %s".formatted(file, subject, found, expected));
  }

  SafetensorsException(Path file, Exception cause) {
    super("%s: %s".formatted(file, cause.getMessage()), cause);
  }
}
