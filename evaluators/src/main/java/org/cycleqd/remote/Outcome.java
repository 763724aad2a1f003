package org.cycleqd.remote;

import java.time.Duration;

/** How one attempt ended. */
sealed interface Outcome<T> {

  /** It worked. */
  record Answered<T>(T value) implements Outcome<T> {}

  /**
   * It failed.
   *
   * @param passing whether another attempt may work
   * @param asked how long the server wants to be left alone, if it said so, else zero
   */
  record Refused<T>(RemoteException failure, boolean passing, Duration asked)
      implements Outcome<T> {}
}
