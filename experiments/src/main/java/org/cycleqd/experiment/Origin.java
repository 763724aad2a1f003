package org.cycleqd.experiment;

import java.nio.file.Path;

/**
 * Where a value was written.
 *
 * @param source the file, or the override as it was typed
 * @param folder the folder that relative paths start from
 * @param line the line, counted from 1; 0 if there are no lines to speak of
 */
record Origin(String source, Path folder, int line) {

  /** {@code " at line 7"}, or nothing. */
  String at() {
    return line > 0 ? " at line " + line : "";
  }

  Origin onLine(int number) {
    return new Origin(source, folder, line > 0 ? number : 0);
  }
}
