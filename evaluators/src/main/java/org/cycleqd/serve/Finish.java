package org.cycleqd.serve;

import java.util.Locale;

/** Why an answer ended. */
enum Finish {
  /** At an end token or a stop text. */
  STOP,
  /** At the limit of new tokens. */
  LENGTH;

  String json() {
    return name().toLowerCase(Locale.ROOT);
  }
}
