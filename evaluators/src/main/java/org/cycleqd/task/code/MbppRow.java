package org.cycleqd.task.code;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.cycleqd.task.Item;
import org.cycleqd.task.ItemSplits;
import org.cycleqd.task.data.DataFile;

/** Rows of MBPP, whose numbers say which part they are of. */
final class MbppRow {
  private static final Pattern HEAD = Pattern.compile("^def +(\\w+)", Pattern.MULTILINE);

  /** The authors' examples before every prompt. */
  private static final int FIRST_SHOT = 2;

  private static final int LAST_SHOT = 4;
  private static final int FIRST_TEST = 11;
  private static final int FIRST_VALIDATION = 511;
  private static final int FIRST_TRAINING = 601;

  private MbppRow() {}

  static Problem read(DataFile data, List<JsonNode> rows, int index) {
    StringBuilder prompt = new StringBuilder();
    for (int i = FIRST_SHOT; i <= LAST_SHOT; i++) {
      prompt
          .append(prompt(data, rows, i - 1))
          .append(code(data, rows, i - 1))
          .append("\n[DONE]\n\n");
    }
    prompt.append(prompt(data, rows, index));
    JsonNode row = rows.get(index);
    String code = code(data, rows, index);
    String tests = row.path("test_setup_code").asText().replace("\r", "") + "\n" + tests(row);
    String id = DataFile.id("MBPP/" + number(row), row.toString());
    return new Problem(
        id, prompt.toString(), "", entry(code, tests), code, new Tests.Assertions(tests, code));
  }

  private static int number(JsonNode row) {
    return row.path("task_id").intValue();
  }

  private static String prompt(DataFile data, List<JsonNode> rows, int index) {
    return Prompts.mbpp(data.text(rows.get(index), index, "text").strip(), tests(rows.get(index)));
  }

  private static String code(DataFile data, List<JsonNode> rows, int index) {
    return data.text(rows.get(index), index, "code").replace("\r\n", "\n").strip();
  }

  private static String tests(JsonNode row) {
    List<String> tests = new ArrayList<>();
    row.path("test_list").forEach(test -> tests.add(test.asText()));
    return String.join("\n", tests);
  }

  /** The last function of the reference that the tests call. */
  private static String entry(String code, String tests) {
    String entry = "";
    Matcher heads = HEAD.matcher(code);
    while (heads.find()) {
      if (Pattern.compile("\\b" + heads.group(1) + "\\s*\\(").matcher(tests).find()) {
        entry = heads.group(1);
      }
    }
    return entry;
  }

  /** 11 to 510 are the test, 511 to 600 validation, 601 to 974 training (Austin et al. 2021). */
  static ItemSplits splits(List<Problem> problems) {
    List<Item> items = problems.stream().map(CodeTask::item).toList();
    List<Item> test = items.subList(FIRST_TEST - 1, FIRST_VALIDATION - 1);
    return new ItemSplits(
        items.subList(FIRST_TRAINING - 1, items.size()),
        items.subList(FIRST_VALIDATION - 1, FIRST_TRAINING - 1),
        test,
        test);
  }
}
