package org.cycleqd.remote;

import java.time.Duration;

/**
 * How often a request is repeated that failed for a passing reason, and how long the client waits
 * before it: a uniform draw between nothing and a bound that doubles with each attempt ("full
 * jitter"), after what the server asked for.
 *
 * @param attempts most attempts in all, the first included
 * @param first bound of the first wait
 * @param longest what the doubling bound stops at
 * @param longestAsked what a server's {@code Retry-After} is cut to
 * @param seed of the draws; workers that share a server should have different ones
 */
public record Retries(
    int attempts, Duration first, Duration longest, Duration longestAsked, long seed) {

  /** Five attempts, waits below half a second to half a minute, and at most two minutes asked. */
  public static final Retries DEFAULT =
      new Retries(5, Duration.ofMillis(500), Duration.ofSeconds(30), Duration.ofMinutes(2), 0);

  /**
   * Checks the parts.
   *
   * @throws IllegalArgumentException if there is no attempt or a time is negative
   */
  public Retries {
    if (attempts < 1 || first.isNegative() || longest.isNegative() || longestAsked.isNegative()) {
      throw new IllegalArgumentException(
          "retries: found %d attempts, waits %s, %s and %s, expected an attempt and no negative wait"
              .formatted(attempts, first, longest, longestAsked));
    }
  }

  /** Bound of the wait after an attempt. */
  Duration bound(int attempt) {
    Duration bound = first;
    for (int i = 1; i < attempt && bound.compareTo(longest) < 0; i++) {
      bound = bound.multipliedBy(2);
    }
    return shorter(bound, longest);
  }

  /**
   * The wait after an attempt.
   *
   * @param asked what the server asked for
   * @param draw uniform on [0, 1)
   */
  Duration pause(int attempt, Duration asked, double draw) {
    Duration jitter = Duration.ofNanos((long) (draw * bound(attempt).toNanos()));
    return shorter(asked, longestAsked).plus(jitter);
  }

  private static Duration shorter(Duration a, Duration b) {
    return a.compareTo(b) < 0 ? a : b;
  }
}
