package org.cycleqd.task.pico;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Where a pipeline starts: a log, or one column of a CSV file.
 *
 * @param command the command that prints it
 * @param phrasings how a request names it
 * @param lines what the command prints
 * @param texts texts worth searching for
 * @param characters characters that occur, one to a string
 */
record TextSource(
    String command,
    List<String> phrasings,
    List<String> lines,
    List<String> texts,
    List<String> characters) {

  static final List<TextSource> LOGS = TextFiles.LOGS.stream().map(TextSource::log).toList();
  static final List<TextSource> COLUMNS = Table.ALL.stream().flatMap(TextSource::columns).toList();

  private static TextSource log(String file) {
    List<String> lines = lines(file);
    return new TextSource(
        "cat " + file,
        List.of(file, "lines of " + file, "show " + file),
        lines,
        TextFiles.WORDS,
        characters(lines));
  }

  private static Stream<TextSource> columns(Table table) {
    List<TextSource> sources = new ArrayList<>();
    String file = TextFiles.fileOf(table);
    for (String column : table.columns()) {
      int index = table.columns().indexOf(column);
      List<String> lines = lines(file).stream().map(line -> line.split(",", -1)[index]).toList();
      sources.add(
          new TextSource(
              "cut -d, -f" + (index + 1) + " " + file,
              List.of(column + " of " + file, "column " + column + " of " + file),
              lines,
              Table.CATEGORIES.contains(index) ? distinct(lines, List::of) : characters(lines),
              characters(lines)));
    }
    return sources.stream();
  }

  private static List<String> lines(String file) {
    List<String> lines = TextFiles.contents().get(file);
    if (lines == null) {
      throw new IllegalArgumentException("no file " + file);
    }
    return lines;
  }

  private static List<String> characters(List<String> lines) {
    return distinct(
        lines, line -> line.chars().filter(c -> c != ' ').mapToObj(Character::toString).toList());
  }

  private static List<String> distinct(List<String> lines, Function<String, List<String>> partsOf) {
    return lines.stream()
        .flatMap(line -> partsOf.apply(line).stream())
        .distinct()
        .sorted()
        .collect(Collectors.toUnmodifiableList());
  }
}
