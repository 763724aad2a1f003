package org.cycleqd.task.maths;

import com.fasterxml.jackson.databind.JsonNode;
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

/** MATH and its subsets: problems of competitions, answered in a box. */
public final class MathTask {

  /** The task's name. */
  public static final String NAME = "math";

  private static final int MOST_CHARACTERS = 2000;
  private static final Asking ASKING = new Asking.Completion(List.of("\nProblem:"), 1024);

  private MathTask() {}

  /**
   * The task on a user's file, JSON lines with {@code problem} and {@code solution}; the items in
   * halves.
   *
   * @throws IllegalArgumentException if a row lacks a field or its solution has no box
   */
  public static Task task(DataFile data) {
    List<Item> items = new ArrayList<>();
    List<JsonNode> rows = data.rows();
    for (int i = 0; i < rows.size(); i++) {
      String solution = data.text(rows.get(i), i, "solution");
      if (Boxed.last(solution).isEmpty()) {
        throw new IllegalArgumentException(
            "%s: row %d: solution: found no \\boxed{...}, expected the answer in one"
                .formatted(data.name(), i + 1));
      }
      items.add(
          new Item(
              DataFile.id("math/" + i, rows.get(i).toString()),
              prompt(data.text(rows.get(i), i, "problem")),
              solution,
              1));
    }
    return new PublishedTask(
        NAME,
        "Solve a problem and put the answer in a box; compared as LaTeX and by value.",
        ASKING,
        new Provenance(data.name(), "the file's", data.digest()),
        ItemSplits.halves(items),
        MathTask::mark);
  }

  private static String prompt(String problem) {
    return """
    Problem:
    %s

    Solve the problem and put the final answer in \\boxed{}.

    Solution:\
    """
        .formatted(problem);
  }

  static Verdict mark(Item item, String answer) {
    String expected = Boxed.last(item.reference()).orElseThrow();
    Optional<String> found = Boxed.last(answer);
    if (found.isEmpty()) {
      return Verdict.wrong("no box, expected " + expected);
    }
    if (found.get().length() > MOST_CHARACTERS) {
      return Verdict.wrong("longer than %d characters".formatted(MOST_CHARACTERS));
    }
    boolean same = Equivalence.same(found.get(), expected);
    return new Verdict(
        same, same ? "is " + expected : "is %s, expected %s".formatted(found.get(), expected));
  }
}
