package org.cycleqd.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/**
 * A throw-away Linux machine: a root of its own that can be written to, its own users, processes
 * and host name, no network and nothing of the host but its programs. Its user is root there and
 * nobody outside. One thread at a time; everything in it is gone when it is closed.
 */
public final class Machine implements AutoCloseable {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final Duration START = Duration.ofSeconds(30);

  /** What a machine's own work may take beside what it is asked to do. */
  private static final Duration SLACK = Duration.ofSeconds(30);

  private final Session session;

  private Machine(Session session) {
    this.session = session;
  }

  /** Scripts that a machine carries out. */
  public enum Language {
    /** By {@code bash -c}. */
    BASH,
    /** By {@code python3 -c}. */
    PYTHON
  }

  /**
   * How a script ended.
   *
   * @param status its exit status, 124 if it was late
   * @param output standard output, cut at 1 MiB
   * @param errors standard error, likewise
   */
  public record Result(int status, String output, String errors) {}

  /**
   * What the open shell wrote.
   *
   * @param late whether it was not ready again in time, or has ended
   */
  public record Typed(String output, boolean late) {}

  /**
   * Starts a machine.
   *
   * @throws SandboxUnavailableException if that does not work here; the message says why
   */
  static Machine start(List<String> words) {
    Session session = Session.start(() -> Execution.start(words));
    try {
      String greeting = session.ask("", START);
      if (greeting.equals("ready")) {
        return new Machine(session);
      }
      throw new IOException("it said '%s'".formatted(greeting));
    } catch (IOException e) {
      session.close();
      throw new SandboxUnavailableException(
          "no throw-away machine starts here, which takes unshare, mount and pivot_root of util-linux,"
              + " python3, bash, and user namespaces: "
              + e.getMessage());
    }
  }

  /**
   * Runs a script by itself, as root in its home.
   *
   * @param arguments of the script
   * @throws IOException if the machine broke down
   */
  public Result run(Language language, String code, List<String> arguments, Duration limit)
      throws IOException {
    ObjectNode request = MAPPER.createObjectNode();
    request
        .putObject("run")
        .put("language", language == Language.BASH ? "bash" : "python")
        .put("code", code);
    arguments.forEach(request.withArray("arguments")::add);
    JsonNode reply = reply(request, limit);
    return new Result(
        reply.path("status").asInt(1),
        reply.path("output").asText(),
        reply.path("errors").asText());
  }

  /**
   * Types a text into a login shell that stays open from one call to the next.
   *
   * @throws IOException if the machine broke down
   */
  public Typed type(String text, Duration limit) throws IOException {
    JsonNode reply = reply(MAPPER.createObjectNode().put("type", text), limit);
    return new Typed(reply.path("output").asText(), reply.path("late").asBoolean());
  }

  private JsonNode reply(ObjectNode request, Duration limit) throws IOException {
    request.put("seconds", limit.toMillis() / 1000.0);
    return MAPPER.readTree(session.ask(request.toString(), limit.plus(SLACK)));
  }

  @Override
  public void close() {
    session.close();
  }
}
