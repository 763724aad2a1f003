package org.cycleqd.task.pico;

import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.cycleqd.sandbox.Command;
import org.cycleqd.sandbox.Completion;
import org.cycleqd.sandbox.Limits;
import org.cycleqd.sandbox.Sandbox;
import org.cycleqd.task.pico.Outcome.Status;

/**
 * Serves many requests by one sandboxed driver process, and more where an answer breaks it.
 *
 * <p>The driver reads a nonce and one request a line, and writes {@code NONCE INDEX STATUS LENGTH}
 * and the text for each. An answer does not know the nonce, so it cannot speak for another. If the
 * driver ends before its time, the request it was at is run once more alone, and the rest in a
 * fresh process.
 */
final class BatchProcess {
  private static final Duration START = Duration.ofSeconds(10);
  private static final Duration EACH = Duration.ofSeconds(3);
  private static final int OUTPUT_BYTES = 64 << 20;

  // The nonce is a secret, not a draw: no result depends on it.
  private final SecureRandom secrets = new SecureRandom();
  private final Sandbox sandbox;

  BatchProcess(Sandbox sandbox) {
    this.sandbox = sandbox;
  }

  /**
   * Runs the driver on all requests.
   *
   * @throws IllegalStateException if the driver does not start
   */
  List<Outcome> run(Command driver, List<String> requests) {
    List<Outcome> outcomes = new ArrayList<>();
    while (outcomes.size() < requests.size()) {
      outcomes.addAll(once(driver, requests.subList(outcomes.size(), requests.size())));
      int broken = outcomes.size();
      if (broken < requests.size()) {
        List<Outcome> alone = once(driver, requests.subList(broken, broken + 1));
        outcomes.add(alone.isEmpty() ? new Outcome(Status.KILLED, "") : alone.getFirst());
      }
    }
    return outcomes;
  }

  /** The outcomes of the requests that were served, from the first on. */
  private List<Outcome> once(Command driver, List<String> requests) {
    byte[] secret = new byte[16];
    secrets.nextBytes(secret);
    String nonce = HexFormat.of().formatHex(secret);
    Limits common = Limits.DEFAULT.within(START.plus(EACH.multipliedBy(requests.size())));
    Limits limits =
        new Limits(
            common.wallTime(),
            common.processorSeconds(),
            common.memoryBytes(),
            common.processes(),
            common.fileBytes(),
            OUTPUT_BYTES);
    String input = nonce + "\n" + String.join("\n", requests) + "\n";
    Completion completion = sandbox.run(driver.reading(input).under(limits));
    String greeting = nonce + " ready\n";
    if (!completion.output().startsWith(greeting)) {
      throw new IllegalStateException(
          "the driver did not start in the sandbox (%s), exit code %d: %s"
              .formatted(
                  sandbox.description(), completion.exitCode(), completion.errors().strip()));
    }
    return parse(completion.output(), greeting.length(), nonce, requests.size());
  }

  /** Reads frames until one is broken or missing. */
  private static List<Outcome> parse(String report, int start, String nonce, int most) {
    List<Outcome> outcomes = new ArrayList<>();
    int at = start;
    while (outcomes.size() < most) {
      int end = report.indexOf('\n', at);
      if (end < 0) {
        break;
      }
      String[] header = report.substring(at, end).split(" ", -1);
      if (header.length != 4
          || !header[0].equals(nonce)
          || !header[1].equals(Integer.toString(outcomes.size()))) {
        break;
      }
      int textEnd = end + 1 + Integer.parseInt(header[3]);
      if (textEnd >= report.length()) {
        break;
      }
      String text = Completion.decoded(report.substring(end + 1, textEnd));
      outcomes.add(new Outcome(Status.of(header[2]), text));
      at = textEnd + 1;
    }
    return outcomes;
  }
}
