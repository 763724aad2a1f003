package org.cycleqd.remote;

import java.time.Duration;
import java.time.Instant;

/** Time as the client uses it. */
interface Timing {

  /** The time that {@code Retry-After} dates are set against. */
  Instant now();

  /** Nanoseconds from some moment on, never going back. */
  long nanoTime();

  /** Waits. */
  void sleep(Duration duration) throws InterruptedException;

  /** The machine's own. */
  static Timing system() {
    return new Timing() {
      @Override
      public Instant now() {
        return Instant.now();
      }

      @Override
      public long nanoTime() {
        return System.nanoTime();
      }

      @Override
      public void sleep(Duration duration) throws InterruptedException {
        Thread.sleep(duration);
      }
    };
  }
}
