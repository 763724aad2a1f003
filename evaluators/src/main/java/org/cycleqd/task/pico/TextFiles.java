package org.cycleqd.task.pico;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.cycleqd.random.Draws;

/** The six small files that shell questions are about: four logs of words and two CSV tables. */
final class TextFiles {
  static final List<String> WORDS =
      List.of(
          ("error warn info debug disk net cpu user login logout start stop fail ready retry cache"
                  + " queue slow open close")
              .split(" "));
  static final List<String> LOGS = List.of("app.log", "web.log", "db.log", "job.log");

  private static final long SEED = 20_240_920L;
  private static final int LINES = 24;
  private static final int LEVELS = 4;

  private static final Map<String, List<String>> CONTENTS = generate();

  private TextFiles() {}

  /** The lines of each file by its name. */
  static Map<String, List<String>> contents() {
    return CONTENTS;
  }

  static String fileOf(Table table) {
    return table.name() + ".csv";
  }

  private static Map<String, List<String>> generate() {
    Map<String, List<String>> contents = new LinkedHashMap<>();
    for (String log : LOGS) {
      contents.put(log, IntStream.range(0, LINES).mapToObj(line -> logLine(log, line)).toList());
    }
    for (Table table : Table.ALL) {
      contents.put(
          fileOf(table), table.rows().stream().limit(LINES).map(TextFiles::csvLine).toList());
    }
    return contents;
  }

  private static String logLine(String log, int line) {
    Choices choices = new Choices(Draws.at(SEED, log, line));
    StringBuilder words = new StringBuilder(choices.of(WORDS.subList(0, LEVELS)));
    for (int i = choices.between(1, 3); i > 0; i--) {
      words.append(' ').append(choices.of(WORDS.subList(LEVELS, WORDS.size())));
    }
    return words.toString();
  }

  private static String csvLine(List<Object> row) {
    return row.stream().map(Object::toString).collect(Collectors.joining(","));
  }
}
