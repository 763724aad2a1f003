package org.cycleqd.merge.stream;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicLong;

/** One pass over the pieces of a tensor. */
final class Walk {

  private final AtomicLong next = new AtomicLong();
  private volatile boolean abandoned;

  /** Ends a thread whose walk was given up because of another one's failure. */
  static final class AbandonedException extends IOException {

    private static final long serialVersionUID = 1L;

    AbandonedException() {
      super("given up");
    }
  }

  /** Number of the next piece, in order; more than any tensor has once the walk is abandoned. */
  long next() {
    return abandoned ? Long.MAX_VALUE : next.getAndIncrement();
  }

  void abandon() {
    abandoned = true;
  }

  boolean isAbandoned() {
    return abandoned;
  }
}
