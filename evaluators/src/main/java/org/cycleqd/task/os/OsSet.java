package org.cycleqd.task.os;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.cycleqd.dialogue.Dialogue;
import org.cycleqd.sandbox.Machines;
import org.cycleqd.task.Asking;
import org.cycleqd.task.Item;
import org.cycleqd.task.ItemSplits;
import org.cycleqd.task.Provenance;
import org.cycleqd.task.PublishedDialogues;
import org.cycleqd.task.Task;
import org.cycleqd.task.Verdict;
import org.cycleqd.task.data.DataFile;

/** AgentBench's published records of its operating-system task as tasks. */
public enum OsSet {
  /** The 144 standard and 26 development records of 2023. */
  ALL("os-interaction"),
  /** Those 110 of them that the CycleQD paper's evaluation takes. */
  CYCLEQD("os-interaction-cycleqd"),
  /** The 144 standard ones as AgentBench revised them; its 1000 training records to optimise on. */
  REVISED("os-interaction-revised");

  private static final String OLD = "os-interaction/cycleqd-os-170.jsonl.gz";
  private static final String NEW = "os-interaction/agentbench-os-std.jsonl.gz";
  private static final String TRAINING = "os-interaction/agentbench-os-train-1000.jsonl.gz";

  private static final Asking.Talk ASKING = new Asking.Talk(5, 512);

  private final String taskName;

  OsSet(String taskName) {
    this.taskName = taskName;
  }

  /** The task's name. */
  public String taskName() {
    return taskName;
  }

  /**
   * Makes the task.
   *
   * @param machines asked for when a record needs one
   */
  public Task task(Supplier<Machines> machines) {
    OsOpening opening = OsOpening.shipped();
    Map<String, PublishedDialogues.Environment> environments = new LinkedHashMap<>();
    DataFile data = DataFile.shipped(this == REVISED ? NEW : OLD);
    Reading reading = new Reading(machines, opening, environments);
    ItemSplits splits =
        switch (this) {
          case ALL -> ItemSplits.halves(reading.items(data, ALL.taskName));
          case CYCLEQD -> {
            Set<Integer> taken = taken();
            List<Item> all = reading.items(data, ALL.taskName);
            yield ItemSplits.halves(taken.stream().sorted().map(all::get).toList());
          }
          case REVISED -> {
            List<Item> test = reading.items(data, taskName);
            List<Item> training =
                reading.items(DataFile.shipped(TRAINING), "os-interaction-training");
            yield new ItemSplits(List.of(), training, test, test);
          }
        };
    return new PublishedDialogues(
        taskName,
        "Work on a Linux machine in up to five turns of bash; judged by the answer, or by what"
            + " scripts find on the machine.",
        ASKING,
        new Provenance(data.name(), "Apache-2.0", data.digest()),
        splits,
        environments);
  }

  private static Set<Integer> taken() {
    Set<Integer> taken = new HashSet<>();
    DataFile.shipped("os-interaction/splits.json")
        .rows()
        .getFirst()
        .path("cycleqd_optimisation")
        .forEach(number -> taken.add(number.intValue()));
    return taken;
  }

  /** Makes items and notes their environments. */
  private record Reading(
      Supplier<Machines> machines,
      OsOpening opening,
      Map<String, PublishedDialogues.Environment> environments) {

    List<Item> items(DataFile data, String prefix) {
      List<JsonNode> rows = data.rows();
      List<Item> items = new ArrayList<>();
      for (OsRecord record : OsRecord.read(data)) {
        String content = rows.get(record.number()).toString();
        String id = DataFile.id(prefix + "/" + record.number(), content);
        items.add(new Item(id, record.description(), reference(record), 1));
        environments.put(id, new Environment(record, machines, opening));
      }
      return items;
    }

    /** The answer, or the command that prints it or does what is asked. */
    private static String reference(OsRecord record) {
      return record
          .match()
          .map(OsRecord.Match::answer)
          .or(() -> record.reference().map(OsRecord.Script::code))
          .orElse("none published");
    }
  }

  private record Environment(OsRecord record, Supplier<Machines> machines, OsOpening opening)
      implements PublishedDialogues.Environment {

    @Override
    public Dialogue<Verdict> open() {
      return new OsDialogue(record, machines.get(), opening);
    }

    @Override
    public Verdict reference() throws IOException {
      try (OsEpisode episode = OsEpisode.open(record, machines.get())) {
        Optional<String> answer = record.match().map(OsRecord.Match::answer);
        return episode.judge(answer.isPresent() ? answer : episode.reference());
      }
    }
  }
}
