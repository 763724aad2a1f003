package org.cycleqd.merge.stream;

import java.util.concurrent.atomic.AtomicLong;

/** One pass over the tiles of a tensor. */
final class Walk {

  private final AtomicLong next = new AtomicLong();
  private volatile boolean abandoned;

  /** A tile's place in its walk. */
  record Position(Walk walk, long index) {}

  /** Number of the next tile, in order; more than any tensor has once the walk is abandoned. */
  long next() {
    return abandoned ? Long.MAX_VALUE : next.getAndIncrement();
  }

  Position at(long index) {
    return new Position(this, index);
  }

  void abandon() {
    abandoned = true;
  }

  boolean isAbandoned() {
    return abandoned;
  }
}
