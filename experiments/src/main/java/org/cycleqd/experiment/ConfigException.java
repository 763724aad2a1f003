package org.cycleqd.experiment;

import org.jspecify.annotations.Nullable;

/**
 * A configuration that cannot be used; the message names the source, the key and what would fit.
 */
public final class ConfigException extends UserException {

  private static final long serialVersionUID = 1L;

  /** Reports an unusable configuration. */
  public ConfigException(String message) {
    super(message);
  }

  ConfigException(Origin origin, String problem) {
    this(origin, problem, null);
  }

  ConfigException(Origin origin, String problem, @Nullable Throwable cause) {
    super(origin.source() + ": " + problem, cause);
  }
}
