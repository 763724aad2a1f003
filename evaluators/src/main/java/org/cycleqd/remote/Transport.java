package org.cycleqd.remote;

import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import org.cycleqd.random.Draws;

/** Makes calls until they work or may not be repeated any more, a bounded number at once. */
final class Transport implements AutoCloseable {

  private final Endpoint endpoint;
  private final Wire wire;
  private final Timing timing;
  private final Semaphore inFlight;
  private final AtomicLong calls = new AtomicLong();

  Transport(Endpoint endpoint, ApiKey key, Timing timing) {
    this.endpoint = endpoint;
    this.timing = timing;
    this.wire = new Wire(endpoint, key, timing);
    this.inFlight = new Semaphore(endpoint.concurrency(), true);
  }

  Wire wire() {
    return wire;
  }

  Timing timing() {
    return timing;
  }

  Endpoint endpoint() {
    return endpoint;
  }

  /**
   * Makes a call that may be repeated. While it waits to do so it keeps its place among the
   * requests in flight, so that a server with too much work gets less of it.
   *
   * @throws InterruptedException if interrupted; the call is cancelled then
   */
  Reply send(Call call) throws RemoteException, InterruptedException {
    inFlight.acquire();
    try {
      return attempts(call);
    } finally {
      inFlight.release();
    }
  }

  /**
   * Reloads the server while no request is in flight.
   *
   * @throws InterruptedException if interrupted; what goes on is cancelled then
   */
  void reload(Reload reload, Path folder) throws RemoteException, InterruptedException {
    inFlight.acquire(endpoint.concurrency());
    try {
      Reloading.run(reload, folder, this);
    } finally {
      inFlight.release(endpoint.concurrency());
    }
  }

  private Reply attempts(Call call) throws RemoteException, InterruptedException {
    Retries retries = endpoint.retries();
    Draws jitter = Draws.at(retries.seed(), "retry", calls.getAndIncrement());
    long start = timing.nanoTime();
    for (int attempt = 1; ; attempt++) {
      switch (attempt(call, remaining(start))) {
        case Outcome.Answered<Reply>(Reply reply) -> {
          return reply;
        }
        case Outcome.Refused<Reply>(RemoteException failure, boolean passing, Duration asked) -> {
          if (!passing) {
            throw failure;
          }
          if (attempt == retries.attempts()) {
            throw failure.noting(" (attempt %d of %d)".formatted(attempt, attempt));
          }
          Duration pause = retries.pause(attempt, asked, jitter.uniform(attempt));
          if (pause.compareTo(remaining(start)) >= 0) {
            throw failure.noting(
                " (attempt %d of %d; another would come after the deadline of %s)"
                    .formatted(attempt, retries.attempts(), endpoint.timeouts().total()));
          }
          timing.sleep(pause);
        }
      }
    }
  }

  private Outcome<Reply> attempt(Call call, Duration remaining) throws InterruptedException {
    Duration request = endpoint.timeouts().request();
    Duration limit = request.compareTo(remaining) < 0 ? request : remaining;
    return switch (wire.exchange(call, limit)) {
      case Outcome.Answered<HttpResponse<byte[]>>(HttpResponse<byte[]> response) ->
          Reply.read(response, wire.complaint(call));
      case Outcome.Refused<HttpResponse<byte[]>>(
              RemoteException failure,
              boolean passing,
              Duration asked) ->
          new Outcome.Refused<>(failure, passing, asked);
    };
  }

  private Duration remaining(long start) {
    return endpoint.timeouts().total().minusNanos(timing.nanoTime() - start);
  }

  @Override
  public void close() {
    wire.close();
  }
}
