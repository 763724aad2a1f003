package org.cycleqd.remote;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A clock that only moves when somebody waits, and remembers the waits. */
final class ManualTiming implements Timing {

  static final Instant START = Instant.parse("2026-03-01T12:00:00Z");

  private final List<Duration> sleeps = new CopyOnWriteArrayList<>();

  @Override
  public Instant now() {
    return START.plus(slept());
  }

  @Override
  public long nanoTime() {
    return slept().toNanos();
  }

  @Override
  public void sleep(Duration duration) {
    sleeps.add(duration);
  }

  List<Duration> sleeps() {
    return List.copyOf(sleeps);
  }

  private Duration slept() {
    return sleeps.stream().reduce(Duration.ZERO, Duration::plus);
  }
}
