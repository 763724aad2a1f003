package org.cycleqd.lm.step;

import java.time.Duration;
import java.util.stream.Stream;

/** Threads of crews that have not ended. */
final class Crews {

  private Crews() {}

  /** How many there are, after those that have been told to end have done so. */
  static long alive() throws InterruptedException {
    long count = count();
    for (int looks = 0; count > 0 && looks < 500; looks++) {
      Thread.sleep(Duration.ofMillis(10));
      count = count();
    }
    return count;
  }

  /** How many wait without looking for work. */
  static long parked() {
    return threads().filter(thread -> thread.getState() == Thread.State.WAITING).count();
  }

  private static long count() {
    return threads().count();
  }

  private static Stream<Thread> threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().startsWith("step-"));
  }
}
