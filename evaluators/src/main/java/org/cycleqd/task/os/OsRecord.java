package org.cycleqd.task.os;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.cycleqd.sandbox.Machine;
import org.cycleqd.task.data.DataFile;

/**
 * A record of AgentBench's operating-system task.
 *
 * @param number its place in the file, from 0
 * @param description the problem
 * @param init scripts that prepare the machine, in order
 * @param start typed into the model's shell before anything else
 * @param match the answer that is expected, for a task that is judged by it
 * @param check scripts that must all end with status 0, in order, for the others; an empty one
 *     stands for the reference
 * @param reference a command that prints the answer or does what is asked
 */
public record OsRecord(
    int number,
    String description,
    List<Script> init,
    Optional<Script> start,
    Optional<Match> match,
    List<Optional<Script>> check,
    Optional<Script> reference) {

  /** A program text. */
  public record Script(Machine.Language language, String code) {}

  /**
   * An expected answer.
   *
   * @param strip whether white space around the model's answer does not count
   */
  public record Match(String answer, boolean strip) {}

  /** The 170 records of the CycleQD paper's evaluation; {@code splits.json} says which it used. */
  public static List<OsRecord> cycleqd() {
    return read(DataFile.shipped("os-interaction/cycleqd-os-170.jsonl.gz"));
  }

  /** The 144 standard records as AgentBench revised them. */
  public static List<OsRecord> revised() {
    return read(DataFile.shipped("os-interaction/agentbench-os-std.jsonl.gz"));
  }

  /** Whether the reference prints an answer that a script compares with the model's. */
  public boolean comparesWithReference() {
    return reference.isPresent() && !check.isEmpty() && check.getFirst().isEmpty();
  }

  /** The records of a file, in its order. */
  static List<OsRecord> read(DataFile data) {
    List<OsRecord> records = new ArrayList<>();
    List<JsonNode> rows = data.rows();
    for (int i = 0; i < rows.size(); i++) {
      JsonNode row = rows.get(i);
      List<Script> init = new ArrayList<>();
      row.path("init").forEach(script -> script(script).ifPresent(init::add));
      List<Optional<Script>> check = new ArrayList<>();
      row.path("check").forEach(script -> check.add(script(script)));
      JsonNode match = row.path("match");
      records.add(
          new OsRecord(
              i,
              data.text(row, i, "description"),
              init,
              script(row.path("start")),
              match.isObject()
                  ? Optional.of(
                      new Match(match.path("answer").asText(), match.path("strip").asBoolean()))
                  : Optional.empty(),
              check,
              script(row.path("example"))));
    }
    return records;
  }

  private static Optional<Script> script(JsonNode node) {
    if (!node.isObject()) {
      return Optional.empty();
    }
    String language = node.path("language").asText().toUpperCase(Locale.ROOT);
    return Optional.of(new Script(Machine.Language.valueOf(language), node.path("code").asText()));
  }
}
