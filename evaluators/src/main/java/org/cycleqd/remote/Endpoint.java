package org.cycleqd.remote;

import java.net.URI;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A server and how to talk to it.
 *
 * @param base {@code http} or {@code https}, given with or without {@code /v1} at its end and kept
 *     with it
 * @param model the name that the server knows the model by
 * @param keyVariable the environment variable that holds the API key, if one is needed; the key
 *     itself never is part of an endpoint
 * @param timeouts how long to wait
 * @param retries what to do after failures
 * @param concurrency most requests in flight at once
 * @param responseBytes most bytes of an answer
 */
public record Endpoint(
    URI base,
    String model,
    Optional<String> keyVariable,
    Timeouts timeouts,
    Retries retries,
    int concurrency,
    int responseBytes) {

  private static final Pattern VARIABLE = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");
  private static final int DEFAULT_CONCURRENCY = 16;
  private static final int DEFAULT_RESPONSE_BYTES = 64 << 20;

  /**
   * Checks the parts and completes the base.
   *
   * @throws IllegalArgumentException if a part does not fit
   */
  public Endpoint {
    base = versioned(base);
    if (model.isBlank()) {
      throw new IllegalArgumentException("endpoint: model: found nothing, expected a name");
    }
    // The value is not shown: what stands here by mistake may be a key.
    if (keyVariable.isPresent() && !VARIABLE.matcher(keyVariable.get()).matches()) {
      throw new IllegalArgumentException(
          "endpoint: keyVariable: found something else, expected the name of an environment"
              + " variable (letters, digits and _)");
    }
    if (concurrency < 1 || responseBytes < 1) {
      throw new IllegalArgumentException(
          "endpoint: found concurrency %d and responseBytes %d, expected positive numbers"
              .formatted(concurrency, responseBytes));
    }
  }

  /** A server without a key, with 16 requests in flight and answers of up to 64 MiB. */
  public static Endpoint of(URI base, String model) {
    return new Endpoint(
        base,
        model,
        Optional.empty(),
        Timeouts.DEFAULT,
        Retries.DEFAULT,
        DEFAULT_CONCURRENCY,
        DEFAULT_RESPONSE_BYTES);
  }

  /** The same with a key. */
  public Endpoint withKey(String variable) {
    return new Endpoint(
        base, model, Optional.of(variable), timeouts, retries, concurrency, responseBytes);
  }

  /** The same with other times. */
  public Endpoint with(Timeouts other) {
    return new Endpoint(base, model, keyVariable, other, retries, concurrency, responseBytes);
  }

  /** The same with other retries. */
  public Endpoint with(Retries other) {
    return new Endpoint(base, model, keyVariable, timeouts, other, concurrency, responseBytes);
  }

  /** The same with other bounds on requests in flight and bytes of an answer. */
  public Endpoint within(int requests, int bytes) {
    return new Endpoint(base, model, keyVariable, timeouts, retries, requests, bytes);
  }

  /** The address of a call such as {@code completions}. */
  URI call(String name) {
    return URI.create(base + "/" + name);
  }

  /** The address of a server's path outside the API, such as {@code /health}. */
  URI outside(String path) {
    String text = base.toString();
    return URI.create(text.substring(0, text.length() - "/v1".length()) + "/").resolve(path);
  }

  private static URI versioned(URI base) {
    boolean web =
        "http".equalsIgnoreCase(base.getScheme()) || "https".equalsIgnoreCase(base.getScheme());
    if (!web || base.getHost() == null) {
      throw new IllegalArgumentException(
          "endpoint: base: found %s, expected http://HOST:PORT or https://HOST:PORT"
              .formatted(base.getRawUserInfo() == null ? base : "another address"));
    }
    if (base.getRawUserInfo() != null
        || base.getRawQuery() != null
        || base.getRawFragment() != null) {
      throw new IllegalArgumentException(
          "endpoint: base: found an address of %s with user, query or fragment, expected none"
              .formatted(base.getHost()));
    }
    String path = base.getRawPath().replaceFirst("/+$", "");
    String whole = path.endsWith("/v1") ? path : path + "/v1";
    return URI.create(base.getScheme() + "://" + base.getRawAuthority() + whole);
  }
}
