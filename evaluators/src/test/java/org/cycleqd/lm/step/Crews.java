package org.cycleqd.lm.step;

import java.time.Duration;
import java.util.function.Predicate;

/** Threads of crews. */
final class Crews {

  private Crews() {}

  /** How many there are, after those that have been told to end have done so. */
  static long alive() throws InterruptedException {
    return settled(0, thread -> true);
  }

  /** How many wait without looking for work, after so many have had the time to do so. */
  static long parked(int expected) throws InterruptedException {
    return settled(expected, thread -> thread.getState() == Thread.State.WAITING);
  }

  private static long settled(long expected, Predicate<Thread> which) throws InterruptedException {
    long count = count(which);
    for (int looks = 0; count != expected && looks < 500; looks++) {
      Thread.sleep(Duration.ofMillis(10));
      count = count(which);
    }
    return count;
  }

  private static long count(Predicate<Thread> which) {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().startsWith("step-"))
        .filter(which)
        .count();
  }
}
