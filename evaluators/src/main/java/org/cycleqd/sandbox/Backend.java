package org.cycleqd.sandbox;

import java.util.List;

/** A way to set namespaces up: turns a command into one that runs itself isolated. */
interface Backend {

  /** The words that start {@code command} in its sandbox. */
  List<String> wrap(Command command);

  /** What does the work, for reports. */
  String description();
}
