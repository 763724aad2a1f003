package org.cycleqd.task.choice;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.cycleqd.task.Asking;
import org.cycleqd.task.Asking.Measure;
import org.cycleqd.task.Item;
import org.cycleqd.task.ItemSplits;
import org.cycleqd.task.Provenance;
import org.cycleqd.task.PublishedTask;
import org.cycleqd.task.Task;
import org.cycleqd.task.Verdict;
import org.cycleqd.task.data.DataFile;

/** Tasks whose answer is one of several choices, named by its letter. */
public final class ChoiceTasks {
  private static final Pattern LETTER =
      Pattern.compile("(?<![A-Za-z'])\\(?([A-Z])\\)?(?![A-Za-z'])");
  private static final int MOST_CHOICES = 26;

  /** How a model is asked. */
  public enum Way {
    /** By the probability of a choice. */
    RAW(""),
    /** By the probability for each byte. */
    BYTES("-norm"),
    /** By how much the question adds to the probability. */
    MUTUAL_INFORMATION("-pmi"),
    /** By the letter that the model writes. */
    LETTER("-letter");

    private final String suffix;

    Way(String suffix) {
      this.suffix = suffix;
    }

    /** The name of the task that asks a set in this way. */
    public String name(String set) {
      return set + suffix;
    }

    private Asking asking() {
      return switch (this) {
        case RAW -> new Asking.Choice(Measure.RAW);
        case BYTES -> new Asking.Choice(Measure.BYTES);
        case MUTUAL_INFORMATION -> new Asking.Choice(Measure.MUTUAL_INFORMATION);
        case LETTER -> new Asking.Completion(List.of("\n"), 16);
      };
    }
  }

  /** A part of ARC. */
  public enum Arc {
    /** 1,172 questions that simple methods fail at. */
    CHALLENGE("arc-challenge", "Challenge"),
    /** 2,376 others. */
    EASY("arc-easy", "Easy");

    private final String taskName;
    private final String file;

    Arc(String taskName, String file) {
      this.taskName = taskName;
      this.file = file;
    }

    /** The task's name, before the way's suffix. */
    public String taskName() {
      return taskName;
    }

    /** The task with the files that ship with the project. */
    public Task task(Way way) {
      DataFile train = DataFile.shipped("arc/ARC-%s-train.jsonl.gz".formatted(file));
      DataFile test = DataFile.shipped("arc/ARC-%s-test.jsonl.gz".formatted(file));
      return ChoiceTasks.task(
          way.name(taskName),
          way,
          new Provenance(test.name(), "CC-BY-SA-4.0", test.digest()),
          ItemSplits.of(
              items(train, way, taskName + "/train"), items(test, way, taskName + "/test")));
    }
  }

  private ChoiceTasks() {}

  /**
   * A task on a user's file, JSON lines with {@code question}, {@code choices} (texts) and {@code
   * gold} (an index from 0); the items in halves.
   *
   * @param name the task's
   * @throws IllegalArgumentException if a row lacks a field; the message names file, row and field
   */
  public static Task of(String name, DataFile data, Way way) {
    return task(
        name,
        way,
        new Provenance(data.name(), "the file's", data.digest()),
        ItemSplits.halves(items(data, way, name)));
  }

  private static Task task(String name, Way way, Provenance provenance, ItemSplits splits) {
    String how = way == Way.LETTER ? "named by its letter" : "by probability";
    return new PublishedTask(
        name,
        "Choose one of several answers, " + how + ".",
        way.asking(),
        provenance,
        splits,
        ChoiceTasks::mark);
  }

  private static List<Item> items(DataFile data, Way way, String set) {
    List<Item> items = new ArrayList<>();
    List<JsonNode> rows = data.rows();
    for (int i = 0; i < rows.size(); i++) {
      items.add(item(data, rows.get(i), i, way, set));
    }
    return items;
  }

  private static Item item(DataFile data, JsonNode row, int index, Way way, String set) {
    String question = data.text(row, index, "question");
    List<String> choices = new ArrayList<>();
    row.path("choices").forEach(choice -> choices.add(choice.asText()));
    int gold = row.path("gold").asInt(-1);
    if (choices.size() < 2 || choices.size() > MOST_CHOICES || gold < 0 || gold >= choices.size()) {
      throw new IllegalArgumentException(
          "%s: row %d: choices, gold: found %d and %s, expected 2 to %d texts and an index of one"
              .formatted(data.name(), index + 1, choices.size(), row.path("gold"), MOST_CHOICES));
    }
    String id =
        DataFile.id(set + "/" + index + (way == Way.LETTER ? "#letter" : ""), row.toString());
    return way == Way.LETTER
        ? new Item(id, listed(question, choices), letter(gold), 1)
        : new Item(id, "Question: " + question + "\nAnswer:", letter(gold), 1, choices);
  }

  private static String listed(String question, List<String> choices) {
    StringBuilder text = new StringBuilder("Question: ").append(question).append('\n');
    for (int i = 0; i < choices.size(); i++) {
      text.append(letter(i)).append(". ").append(choices.get(i)).append('\n');
    }
    return text.append("Answer:").toString();
  }

  /** The letter of a choice, counted from 0. */
  public static String letter(int index) {
    return String.valueOf((char) ('A' + index));
  }

  private static Verdict mark(Item item, String answer) {
    Matcher letters = LETTER.matcher(answer);
    if (!letters.find()) {
      return Verdict.wrong("no letter, expected " + item.reference());
    }
    boolean same = letters.group(1).equals(item.reference());
    return new Verdict(
        same,
        same
            ? "is " + item.reference()
            : "is %s, expected %s".formatted(letters.group(1), item.reference()));
  }
}
