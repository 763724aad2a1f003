package org.cycleqd.serve;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.Serial;
import java.util.Optional;

/** A request that gets an error for an answer. */
final class ApiException extends Exception {

  @Serial private static final long serialVersionUID = 1L;

  private final int status;
  private final String field;

  private ApiException(int status, String field, String message) {
    super(message);
    this.status = status;
    this.field = field;
  }

  /** A field that does not fit. */
  static ApiException field(String field, String found, String expected) {
    return new ApiException(
        400, field, "%s: found %s, expected %s".formatted(field, found, expected));
  }

  /** A request that does not fit as a whole. */
  static ApiException of(int status, String message) {
    return new ApiException(status, "", message);
  }

  int status() {
    return status;
  }

  /** The answer's body. */
  ObjectNode json() {
    ObjectNode json = Json.object();
    json.putObject("error")
        .put("message", getMessage())
        .put("type", status < 500 ? "invalid_request_error" : "server_error")
        .put("param", Optional.of(field).filter(name -> !name.isEmpty()).orElse(null))
        .put("code", status);
    return json;
  }
}
