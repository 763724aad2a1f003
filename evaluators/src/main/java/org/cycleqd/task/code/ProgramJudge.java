package org.cycleqd.task.code;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.cycleqd.sandbox.Command;
import org.cycleqd.sandbox.Limits;
import org.cycleqd.sandbox.PythonInterpreter;
import org.cycleqd.sandbox.Sandbox;
import org.cycleqd.sandbox.Session;
import org.cycleqd.task.Verdict;

/**
 * Judges programs by warm Python processes, one for each processor, each in a sandbox. Safe for
 * concurrent use. A process that an answer breaks is replaced, and the answer gets one more chance.
 */
final class ProgramJudge {

  /** Longer than any answer may take, its reference's 60 s included. */
  private static final Duration LONGEST = Duration.ofMinutes(30);

  private static final Duration START = Duration.ofSeconds(20);
  private static final ObjectMapper MAPPER =
      JsonMapper.builder().disable(JsonWriteFeature.WRITE_NAN_AS_STRINGS).build();
  private static final int MOST_CHARACTERS = 1 << 16;

  /** A program with the tests that it must pass. */
  record Attempt(Problem problem, String answer) {}

  private final Sandbox sandbox;
  private final Command driver;
  private final int processes;
  private final BlockingQueue<Session> idle = new LinkedBlockingQueue<>();

  /**
   * Looks for Python.
   *
   * @throws org.cycleqd.sandbox.SandboxUnavailableException if there is none that starts
   */
  ProgramJudge(Sandbox sandbox, int processes) {
    this.sandbox = sandbox;
    this.processes = processes;
    Limits limits = new Limits(LONGEST, 24 * 3600, 4L << 30, 64, 1 << 20, 1 << 20);
    this.driver = PythonInterpreter.locate(sandbox).running(program()).under(limits);
  }

  private static String program() {
    try (InputStream in =
        Objects.requireNonNull(ProgramJudge.class.getResourceAsStream("judge-programs.py"))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Judges answers; one verdict for each, in the same order. */
  List<Verdict> judge(List<Attempt> attempts) {
    Verdict[] verdicts = new Verdict[attempts.size()];
    AtomicInteger next = new AtomicInteger();
    int threads = Math.min(processes, attempts.size());
    try (ExecutorService executor = Executors.newFixedThreadPool(Math.max(1, threads))) {
      List<Future<?>> workers = new ArrayList<>();
      for (int i = 0; i < threads; i++) {
        workers.add(
            executor.submit(() -> {
              for (int at = next.getAndIncrement();
                  at < verdicts.length;
                  at = next.getAndIncrement()) {
                verdicts[at] = judge(attempts.get(at));
              }
            }));
      }
      for (Future<?> worker : workers) {
        worker.get();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while answers were judged", e);
    } catch (ExecutionException e) {
      throw new IllegalStateException("judging failed: " + e.getCause(), e);
    }
    return Arrays.asList(verdicts);
  }

  private Verdict judge(Attempt attempt) {
    if (attempt.answer().length() > MOST_CHARACTERS) {
      return Verdict.wrong("longer than %d characters".formatted(MOST_CHARACTERS));
    }
    Problem problem = attempt.problem();
    ObjectNode request = problem.tests().request(problem.id(), problem.entry());
    request.put("program", problem.program(attempt.answer()));
    JsonNode reply = reply(text(request));
    if (reply.has("failure")) {
      throw new IllegalStateException(
          "%s: %s".formatted(problem.id(), reply.path("failure").asText()));
    }
    return new Verdict(reply.path("passed").asBoolean(), reply.path("reason").asText());
  }

  private static String text(ObjectNode request) {
    try {
      return MAPPER.writeValueAsString(request);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  private JsonNode reply(String request) {
    IOException first = null;
    for (int attempt = 0; attempt < 2; attempt++) {
      try {
        Session session = session();
        try {
          JsonNode reply = MAPPER.readTree(session.ask(request, LONGEST));
          idle.add(session);
          return reply;
        } catch (IOException e) {
          session.close();
          throw e;
        }
      } catch (JsonProcessingException e) {
        throw new UncheckedIOException(e);
      } catch (IOException e) {
        first = e;
      }
    }
    return MAPPER
        .createObjectNode()
        .put("passed", false)
        .put("reason", "ended the judge twice: " + Objects.requireNonNull(first).getMessage());
  }

  private Session session() throws IOException {
    Session waiting = idle.poll();
    if (waiting != null) {
      return waiting;
    }
    Session session = sandbox.open(driver);
    String greeting;
    try {
      greeting = session.ask("", START);
    } catch (IOException e) {
      throw new IllegalStateException("the judge of programs did not start: " + e.getMessage(), e);
    }
    if (!greeting.equals("ready")) {
      throw new IllegalStateException("the judge of programs said '%s'".formatted(greeting));
    }
    return session;
  }
}
