package org.cycleqd.task.maths;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.cycleqd.task.Asking;
import org.cycleqd.task.Item;
import org.cycleqd.task.ItemSplits;
import org.cycleqd.task.Provenance;
import org.cycleqd.task.PublishedTask;
import org.cycleqd.task.Task;
import org.cycleqd.task.Verdict;
import org.cycleqd.task.data.DataFile;

/**
 * GSM8K: grade-school problems whose answer is a number; 4-shot, as the CycleQD paper's table 3.
 */
public final class Gsm8k {

  /** The task's name. */
  public static final String NAME = "gsm8k";

  private static final int SHOTS = 4;
  private static final Asking ASKING = new Asking.Completion(List.of("\nQuestion:", "\n\n"), 512);

  private Gsm8k() {}

  /** The task with the files that ship with the project. */
  public static Task task() {
    DataFile train = DataFile.shipped("gsm8k/train.jsonl.gz");
    DataFile test = DataFile.shipped("gsm8k/test.jsonl.gz");
    List<JsonNode> rows = train.rows();
    // Even rows are for training, so no item that is asked for is among the examples.
    StringBuilder shots = new StringBuilder();
    for (int i = 0; i < SHOTS; i++) {
      JsonNode row = rows.get(2 * i);
      shots.append(question(row)).append(' ').append(row.path("answer").asText()).append("\n\n");
    }
    return new PublishedTask(
        NAME,
        "Answer a word problem with a number, 4-shot; compared as a number.",
        ASKING,
        new Provenance("gsm8k/train.jsonl.gz, test.jsonl.gz", "MIT", test.digest()),
        ItemSplits.of(
            items(train, "train", shots.toString()), items(test, "test", shots.toString())),
        Gsm8k::mark);
  }

  private static String question(JsonNode row) {
    return "Question: " + row.path("question").asText() + "\nAnswer:";
  }

  private static List<Item> items(DataFile data, String part, String shots) {
    List<Item> items = new ArrayList<>();
    List<JsonNode> rows = data.rows();
    for (int i = 0; i < rows.size(); i++) {
      data.text(rows.get(i), i, "question");
      items.add(
          new Item(
              DataFile.id("gsm8k/%s/%d".formatted(part, i), rows.get(i).toString()),
              shots + question(rows.get(i)),
              data.text(rows.get(i), i, "answer"),
              1));
    }
    return items;
  }

  /** Numbers are the same if their values are: {@code 1,080} is {@code 1080.00}. */
  static Verdict mark(Item item, String answer) {
    BigDecimal expected =
        NumberText.answer(item.reference())
            .orElseThrow(() -> new IllegalStateException(item.id() + " has no answer"));
    Optional<BigDecimal> found = NumberText.answer(answer);
    if (found.isEmpty()) {
      return Verdict.wrong("no number, expected " + expected.toPlainString());
    }
    boolean same = found.get().compareTo(expected) == 0;
    return new Verdict(
        same,
        same
            ? "is " + expected.toPlainString()
            : "is %s, expected %s"
                .formatted(found.get().toPlainString(), expected.toPlainString()));
  }
}
