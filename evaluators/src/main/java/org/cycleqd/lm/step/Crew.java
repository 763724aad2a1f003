package org.cycleqd.lm.step;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntConsumer;

/** Threads that do parts of short work together, so short that being woken would take longer. */
final class Crew implements AutoCloseable {

  /** Looks for work before a thread goes to sleep. */
  private static final int PATIENCE = 20_000;

  /** Nanoseconds between looks after that, when a helper has lost its core. */
  private static final long NAP = 50_000;

  private final List<Thread> helpers = new ArrayList<>();
  private final AtomicInteger busy = new AtomicInteger();
  private IntConsumer work = thread -> {};
  private final AtomicInteger round = new AtomicInteger();
  private volatile boolean closed;

  /** Starts {@code threads - 1} helpers of the caller. */
  Crew(int threads) {
    for (int i = 1; i < threads; i++) {
      int number = i;
      helpers.add(Thread.ofPlatform().daemon().name("step-" + i).start(() -> help(number)));
    }
  }

  /** How many there are, the caller included. */
  int size() {
    return helpers.size() + 1;
  }

  /** Does work that does not fail; the caller is number 0. */
  void run(IntConsumer parts) {
    work = parts;
    busy.set(helpers.size());
    round.incrementAndGet();
    helpers.forEach(LockSupport::unpark);
    parts.accept(0);
    for (int looks = 0; busy.get() > 0; looks++) {
      if (looks < PATIENCE) {
        Thread.onSpinWait();
      } else {
        LockSupport.parkNanos(this, NAP);
      }
    }
  }

  private void help(int number) {
    int done = 0;
    while (true) {
      for (int looks = 0; round.get() == done && !closed; looks++) {
        if (looks < PATIENCE) {
          Thread.onSpinWait();
        } else {
          LockSupport.park(this);
        }
      }
      if (closed) {
        return;
      }
      done = round.get();
      work.accept(number);
      busy.decrementAndGet();
    }
  }

  @Override
  public void close() {
    closed = true;
    helpers.forEach(LockSupport::unpark);
  }
}
