package org.cycleqd.task.db;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.cycleqd.dialogue.Dialogue;
import org.cycleqd.task.Asking;
import org.cycleqd.task.Item;
import org.cycleqd.task.ItemSplits;
import org.cycleqd.task.Provenance;
import org.cycleqd.task.PublishedDialogues;
import org.cycleqd.task.Task;
import org.cycleqd.task.Verdict;
import org.cycleqd.task.data.DataFile;

/** DBBench's published records as tasks. */
public enum DbSet {
  /** AgentBench's 300 standard and 60 development records of 2023. */
  ALL("dbbench", "dbbench/cycleqd-standard-dev.jsonl.gz"),
  /** Those 341 of them that the CycleQD paper's evaluation takes. */
  CYCLEQD("dbbench-cycleqd", "dbbench/cycleqd-standard-dev.jsonl.gz"),
  /** The 300 standard ones as AgentBench revised them. */
  REVISED("dbbench-revised", "dbbench/agentbench-standard.jsonl.gz");

  private static final int TOKENS = 512;

  /** All operations, and the answer. */
  private static final Asking.Talk ASKING = new Asking.Talk(DbDialogue.OPERATIONS + 1, TOKENS);

  private final String taskName;
  private final String file;

  DbSet(String taskName, String file) {
    this.taskName = taskName;
    this.file = file;
  }

  /** The task's name. */
  public String taskName() {
    return taskName;
  }

  /** The records that the task is over, in the file's order. */
  public List<DbRecord> records() {
    List<DbRecord> all = DbRecord.read(DataFile.shipped(file));
    Set<Integer> taken = taken(all.size());
    return all.stream().filter(record -> taken.contains(record.number())).toList();
  }

  /** Makes the task. */
  public Task task(DbSetting setting) {
    DataFile data = DataFile.shipped(file);
    List<JsonNode> rows = data.rows();
    String prefix = this == REVISED ? taskName : ALL.taskName;
    List<Item> items = new ArrayList<>();
    Map<String, Environment> environments = new LinkedHashMap<>();
    for (DbRecord record : records()) {
      String content = rows.get(record.number()).toString();
      String id = DataFile.id(prefix + "/" + record.number(), content);
      items.add(new Item(id, record.question(), reference(record), 1));
      environments.put(id, new Environment(record, setting));
    }
    return new PublishedDialogues(
        taskName,
        "Answer a question about a table, or change it, by SQL in up to five operations; compared"
            + " with the label, or by the table's state.",
        ASKING,
        new Provenance(file, "Apache-2.0", data.digest()),
        ItemSplits.halves(items),
        environments);
  }

  private Set<Integer> taken(int count) {
    Set<Integer> taken = new HashSet<>();
    if (this == CYCLEQD) {
      DataFile.shipped("dbbench/splits.json")
          .rows()
          .getFirst()
          .path("cycleqd_optimisation")
          .forEach(number -> taken.add(number.intValue()));
    } else {
      for (int i = 0; i < count; i++) {
        taken.add(i);
      }
    }
    return taken;
  }

  /** The statement of an order, or the answer as a list literal. */
  private static String reference(DbRecord record) {
    return record.order()
        ? record.labels().getFirst()
        : record.labels().stream()
            .map(label -> "'" + label.replace("\\", "\\\\").replace("'", "\\'") + "'")
            .collect(Collectors.joining(", ", "[", "]"));
  }

  private record Environment(DbRecord record, DbSetting setting)
      implements PublishedDialogues.Environment {

    @Override
    public Dialogue<Verdict> open() {
      return new DbDialogue(record, setting);
    }

    @Override
    public Verdict reference() {
      String reference = DbSet.reference(record);
      String answer = "Action: Answer\nFinal Answer: ";
      return record.order()
          ? scripted(
              List.of("Action: Operation\n```sql\n" + reference + "\n```", answer + "['done']"))
          : scripted(List.of(answer + reference));
    }
  }
}
