package org.cycleqd.remote;

import java.net.http.HttpRequest;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A key, or the lack of one. It is put into requests and taken out of messages, nothing else. */
final class ApiKey {

  private static final String HIDDEN = "[API key]";

  private final Optional<String> key;

  private ApiKey(Optional<String> key) {
    this.key = key;
  }

  /**
   * Reads the key of an endpoint.
   *
   * @throws IllegalStateException if the variable is not set, or holds what cannot be a key
   */
  static ApiKey read(Endpoint endpoint, Function<String, @Nullable String> environment) {
    if (endpoint.keyVariable().isEmpty()) {
      return new ApiKey(Optional.empty());
    }
    String variable = endpoint.keyVariable().get();
    String value = Optional.ofNullable(environment.apply(variable)).orElse("").strip();
    // The HTTP client would refuse other characters with a message that shows the key.
    if (value.isEmpty() || !value.chars().allMatch(c -> c > ' ' && c < 0x7F)) {
      throw new IllegalStateException(
          "environment variable %s: found %s, expected the API key of %s"
              .formatted(
                  variable,
                  value.isEmpty() ? "nothing" : "characters that no key has",
                  endpoint.base()));
    }
    return new ApiKey(Optional.of(value));
  }

  void authorise(HttpRequest.Builder request) {
    key.ifPresent(value -> request.header("Authorization", "Bearer " + value));
  }

  String hiddenIn(String text) {
    return key.map(value -> text.replace(value, HIDDEN)).orElse(text);
  }
}
