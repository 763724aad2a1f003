package org.cycleqd.remote;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * How a server is made to take over an exported model. In what is sent or run, {@value #FOLDER}
 * stands for the absolute path of the model's folder.
 */
public sealed interface Reload {

  /** Placeholder of the exported model's folder. */
  String FOLDER = "{folder}";

  /** Nothing is done: the server always serves the same model. */
  record None() implements Reload {}

  /**
   * Calls to the server, in order; each has to succeed and none is repeated. An answer that says
   * {@code "success": false} is a failure whatever its status.
   *
   * @param steps at least one
   * @param ready when the server serves the model after them
   */
  record Http(List<Step> steps, Ready ready) implements Reload {

    /** Copies the steps and refuses to have none. */
    public Http {
      steps = List.copyOf(steps);
      if (steps.isEmpty()) {
        throw new IllegalArgumentException("reload: steps: found none, expected at least one");
      }
    }
  }

  /**
   * One call.
   *
   * @param method {@code GET}, {@code POST} or {@code PUT}
   * @param address an absolute address, or a path on the endpoint's host such as {@code
   *     /sleep?level=2}; the API key goes to the endpoint's own server only
   * @param json the body, in whose strings the placeholder is replaced; none if empty
   */
  record Step(String method, String address, String json) {

    private static final Set<String> METHODS = Set.of("GET", "POST", "PUT");

    /**
     * Checks the parts.
     *
     * @throws IllegalArgumentException if one does not fit
     */
    public Step {
      method = method.toUpperCase(Locale.ROOT);
      if (!METHODS.contains(method)) {
        throw new IllegalArgumentException(
            "reload: method: found %s, expected GET, POST or PUT".formatted(method));
      }
      URI uri = URI.create(address);
      boolean web = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
      if (!address.startsWith("/") && !(web && uri.getHost() != null)) {
        throw new IllegalArgumentException(
            "reload: address: found '%s', expected a path from / on or http(s)://HOST..."
                .formatted(uri));
      }
      try {
        Json.read(json);
      } catch (JsonProcessingException e) {
        throw new IllegalArgumentException(
            "reload: json: found malformed JSON (%s), expected JSON"
                .formatted(e.getOriginalMessage()),
            e);
      }
    }
  }

  /**
   * A program that makes the server take over the model, for example by starting it anew. It is run
   * without a shell, and its exit status has to be 0. If it is not done in time, it is killed with
   * all processes it started. What it leaves running must have its output elsewhere, and the old
   * server must be gone when it ends.
   *
   * @param arguments the program and its arguments, in which the placeholder is replaced
   * @param ready when the server serves the model after it; its time includes the program's
   */
  record Command(List<String> arguments, Ready ready) implements Reload {

    /** Copies the arguments and refuses to have none. */
    public Command {
      arguments = List.copyOf(arguments);
      if (arguments.isEmpty()) {
        throw new IllegalArgumentException("reload: arguments: found none, expected a program");
      }
    }
  }

  /**
   * How to know that a server serves again.
   *
   * @param path one on the endpoint's host that succeeds then, such as {@code /health} or {@code
   *     /v1/models}
   * @param limit time for the whole reload
   */
  record Ready(String path, Duration limit) {

    /**
     * Checks the parts.
     *
     * @throws IllegalArgumentException if one does not fit
     */
    public Ready {
      if (!URI.create(path).toString().startsWith("/") || !limit.isPositive()) {
        throw new IllegalArgumentException(
            "reload: found path '%s' and limit %s, expected a path from / on and a positive time"
                .formatted(path, limit));
      }
    }
  }
}
