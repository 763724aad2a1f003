package org.cycleqd.remote;

import java.time.Duration;

/**
 * How long a client waits.
 *
 * @param connect until a connection stands
 * @param request from sending one attempt until its whole answer is read
 * @param total from a request's first attempt to its last, waits between them included
 */
public record Timeouts(Duration connect, Duration request, Duration total) {

  /** Ten seconds, ten minutes and half an hour. */
  public static final Timeouts DEFAULT =
      new Timeouts(Duration.ofSeconds(10), Duration.ofMinutes(10), Duration.ofMinutes(30));

  /**
   * Checks the parts.
   *
   * @throws IllegalArgumentException if a time is not positive
   */
  public Timeouts {
    if (!connect.isPositive() || !request.isPositive() || !total.isPositive()) {
      throw new IllegalArgumentException(
          "timeouts: found connect %s, request %s, total %s, expected positive times"
              .formatted(connect, request, total));
    }
  }
}
