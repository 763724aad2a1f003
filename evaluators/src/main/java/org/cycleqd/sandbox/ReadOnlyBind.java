package org.cycleqd.sandbox;

import java.nio.file.Path;

/**
 * A file or folder of the host that a command may read.
 *
 * @param host where it is; must exist, and be readable by every user if the host's user is root
 * @param inside the absolute path under which the command sees it
 */
public record ReadOnlyBind(Path host, Path inside) {

  /**
   * Checks the parts.
   *
   * @throws IllegalArgumentException if a path is not absolute
   */
  public ReadOnlyBind {
    if (!host.isAbsolute() || !inside.isAbsolute()) {
      throw new IllegalArgumentException(
          "a bind needs absolute paths, found %s and %s".formatted(host, inside));
    }
  }

  /** Shows a file or folder where it is on the host. */
  public static ReadOnlyBind same(Path path) {
    return new ReadOnlyBind(path, path);
  }
}
