package org.cycleqd.task.os;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.cycleqd.sandbox.Machine;
import org.cycleqd.sandbox.Machines;
import org.cycleqd.task.Verdict;

/**
 * A record on a machine of its own, from its preparation to its mark (CycleQD's setting). One
 * thread at a time.
 */
public final class OsEpisode implements AutoCloseable {

  /** A model's command that takes longer ends the task. */
  private static final Duration COMMAND = Duration.ofSeconds(5);

  private static final Duration SCRIPT = Duration.ofSeconds(20);
  private static final int MOST_CHARACTERS = 800;
  private static final int KEPT_CHARACTERS = 780;

  private final OsRecord record;
  private final Machine machine;

  private OsEpisode(OsRecord record, Machine machine) {
    this.record = record;
    this.machine = machine;
  }

  /**
   * Starts a machine and prepares it. A script of the record that fails is no matter, as in its
   * authors' containers.
   */
  public static OsEpisode open(OsRecord record, Machines machines) throws IOException {
    OsEpisode episode = new OsEpisode(record, machines.start());
    try {
      for (OsRecord.Script script : record.init()) {
        episode.run(script, List.of());
      }
      if (record.start().isPresent()) {
        episode.machine.type(record.start().get().code(), COMMAND);
      }
      return episode;
    } catch (IOException e) {
      episode.close();
      throw e;
    }
  }

  private Machine.Result run(OsRecord.Script script, List<String> arguments) throws IOException {
    return machine.run(script.language(), script.code(), arguments, SCRIPT);
  }

  /**
   * Carries a model's command out in its shell.
   *
   * @return what the model reads next; empty if the command was late, which ends the task
   */
  public Optional<String> act(String command) throws IOException {
    Machine.Typed typed = machine.type(command, COMMAND);
    if (typed.late()) {
      return Optional.empty();
    }
    String output = typed.output().strip();
    if (output.isEmpty()) {
      return Optional.of("The output of the OS is empty.");
    }
    String shown =
        output.length() > MOST_CHARACTERS
            ? output.substring(0, KEPT_CHARACTERS) + "\n[truncated because the output is too long]"
            : output;
    return Optional.of("The output of the OS:\n\n" + shown);
  }

  /**
   * Marks the end of the task.
   *
   * @param answer the model's; empty if it finished without one, which scripts see as {@code None}
   */
  public Verdict judge(Optional<String> answer) throws IOException {
    if (record.match().isPresent()) {
      OsRecord.Match match = record.match().get();
      String given = answer.orElse("");
      boolean same = (match.strip() ? given.strip() : given).equals(match.answer());
      return new Verdict(
          same, same ? "is " + given : "is '%s', expected '%s'".formatted(given, match.answer()));
    }
    List<String> arguments = new ArrayList<>();
    arguments.add(answer.orElse("None"));
    for (int i = 0; i < record.check().size(); i++) {
      Optional<OsRecord.Script> script = record.check().get(i).or(record::reference);
      if (script.isEmpty()) {
        throw new IOException(
            "record %d: found no reference to check by".formatted(record.number()));
      }
      Machine.Result result = run(script.get(), arguments);
      if (result.status() != 0) {
        return Verdict.wrong(
            "check %d ended with status %d %s"
                .formatted(i + 1, result.status(), lastLine(result.errors()))
                .strip());
      }
      arguments.add(result.output());
    }
    return Verdict.correct("passes the checks");
  }

  /** What the reference command prints, or nothing where there is none. */
  Optional<String> reference() throws IOException {
    return record.reference().isEmpty()
        ? Optional.empty()
        : Optional.of(run(record.reference().get(), List.of()).output().strip());
  }

  private static String lastLine(String text) {
    return text.strip().lines().reduce("", (_, line) -> line);
  }

  @Override
  public void close() {
    machine.close();
  }
}
