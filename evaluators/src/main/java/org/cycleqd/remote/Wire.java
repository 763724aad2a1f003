package org.cycleqd.remote;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLHandshakeException;
import org.jspecify.annotations.Nullable;

/** Makes single attempts over HTTP. */
final class Wire implements AutoCloseable {

  private final HttpClient http;
  private final Endpoint endpoint;
  private final ApiKey key;
  private final Timing timing;

  Wire(Endpoint endpoint, ApiKey key, Timing timing) {
    this.endpoint = endpoint;
    this.key = key;
    this.timing = timing;
    this.http =
        HttpClient.newBuilder()
            // The offer to upgrade to HTTP/2 makes some servers lose the body of a request.
            .version(HttpClient.Version.HTTP_1_1)
            // Following would show the key to whoever the server names.
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(endpoint.timeouts().connect())
            .build();
  }

  Complaint complaint(Call call) {
    return new Complaint(call, key);
  }

  /**
   * Makes a call and reads the whole answer.
   *
   * @param limit time for all of it
   * @throws InterruptedException if interrupted; the call is cancelled then
   */
  Outcome<HttpResponse<byte[]>> exchange(Call call, Duration limit) throws InterruptedException {
    // The request's own time-out would end with the headers; this one includes the body.
    CompletableFuture<HttpResponse<byte[]>> pending =
        http.sendAsync(request(call), _ -> new BoundedBody(endpoint.responseBytes()));
    try {
      return judged(call, pending.get(limit.toNanos(), TimeUnit.NANOSECONDS));
    } catch (TimeoutException e) {
      return broken(call, "found no complete answer within " + limit, true, e);
    } catch (ExecutionException e) {
      return failed(call, e.getCause());
    } finally {
      pending.cancel(true);
    }
  }

  private HttpRequest request(Call call) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(call.address()).header("Accept", "application/json");
    call.json().ifPresent(_ -> request.header("Content-Type", "application/json"));
    if (isOurs(call.address())) {
      key.authorise(request);
    }
    return request
        .method(
            call.method(),
            call.json().map(BodyPublishers::ofString).orElseGet(BodyPublishers::noBody))
        .build();
  }

  private boolean isOurs(URI address) {
    URI base = endpoint.base();
    return base.getScheme().equalsIgnoreCase(address.getScheme())
        && base.getRawAuthority().equalsIgnoreCase(address.getRawAuthority());
  }

  private Outcome<HttpResponse<byte[]>> judged(Call call, HttpResponse<byte[]> response) {
    int status = response.statusCode();
    if (status >= 200 && status < 300) {
      return new Outcome.Answered<>(response);
    }
    Complaint complaint = complaint(call);
    String said = ServerMessage.of(new String(response.body(), StandardCharsets.UTF_8));
    String target = response.headers().firstValue("Location").orElse("nowhere");
    String text =
        status >= 300 && status < 400
            ? "found a redirection to %s, expected the server's own address"
                .formatted(complaint.quoted(target))
            : "found '%s', expected success".formatted(complaint.quoted(said));
    Duration asked =
        response
            .headers()
            .firstValue("Retry-After")
            .map(header -> RetryAfter.read(header, timing.now()))
            .orElse(Duration.ZERO);
    return new Outcome.Refused<>(complaint.about(status, text), isPassing(status), asked);
  }

  /** Whether a status tells of a failure that may pass. */
  static boolean isPassing(int status) {
    return switch (status) {
      case 408, 409, 425, 429 -> true;
      default -> status >= 500;
    };
  }

  private Outcome<HttpResponse<byte[]>> failed(Call call, @Nullable Throwable thrown) {
    if (!(thrown instanceof IOException cause)) {
      throw new IllegalStateException("the HTTP client failed", thrown);
    }
    // What is no HTTP can stand in the message as a whole.
    String said =
        complaint(call).quoted(Objects.requireNonNullElse(cause.getMessage(), "no connection"));
    return switch (cause) {
      case BoundedBody.TooLongException e -> broken(call, said, false, e);
      case SSLHandshakeException e ->
          broken(call, "found '%s', expected a trusted server".formatted(said), false, e);
      default ->
          broken(
              call,
              "found %s (%s), expected an answer".formatted(cause.getClass().getSimpleName(), said),
              true,
              cause);
    };
  }

  private Outcome<HttpResponse<byte[]>> broken(
      Call call, String text, boolean passing, Throwable cause) {
    return new Outcome.Refused<>(complaint(call).about(0, text, cause), passing, Duration.ZERO);
  }

  /** Drops the connections, those in use included. */
  @Override
  public void close() {
    http.shutdownNow();
  }
}
