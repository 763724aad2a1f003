package org.cycleqd.task.pico;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;

/** One stage of a shell pipeline: its command, its phrasings and what it does to lines. */
enum LineFilter {
  KEEP(Operand.TEXT, "grep #", "with #", "containing #"),
  DROP(Operand.TEXT, "grep -v #", "without #", "not containing #"),
  STARTING(Operand.CHARACTER, "grep ^#", "starting with #"),
  ENDING(Operand.CHARACTER, "grep #$", "ending with #"),
  SORT(Operand.NONE, "sort", "sorted", "in order"),
  SORT_REVERSE(Operand.NONE, "sort -r", "sorted descending", "in reverse order"),
  SORT_UNIQUE(Operand.NONE, "sort -u", "sorted unique", "distinct"),
  LAST_LINE_FIRST(Operand.NONE, "tac", "last line first", "upside down"),
  HEAD(Operand.COUNT, "head -n #", "first # lines", "top #"),
  TAIL(Operand.COUNT, "tail -n #", "last # lines", "bottom #"),
  FROM_LINE(Operand.COUNT, "tail -n +#", "from line #"),
  UPPER(Operand.NONE, "tr a-z A-Z", "upper case", "in capitals"),
  DELETE(Operand.CHARACTER, "tr -d #", "delete #", "strip #"),
  REPLACE(Operand.PAIR, "sed s/#/&/g", "replace # by &", "# to &"),
  MIRROR(Operand.NONE, "rev", "mirrored", "each line reversed"),
  CHARACTERS(Operand.COUNT, "cut -c1-#", "first # characters", "cut to #"),
  FIELD(Operand.FIELD, "cut -d' ' -f#", "word #"),
  NUMBER(Operand.NONE, "cat -n", "numbered", "with line numbers"),
  COUNT_LINES(Operand.NONE, "wc -l", "count lines", "how many lines"),
  COUNT_WORDS(Operand.NONE, "wc -w", "count words", "how many words"),
  COUNT_CHARACTERS(Operand.NONE, "wc -c", "count characters", "how many characters"),
  COUNT_EACH(Operand.NONE, "sort | uniq -c", "count each", "how many of each");

  /** What a stage is given beside the lines. */
  enum Operand {
    NONE,
    TEXT,
    CHARACTER,
    PAIR,
    COUNT,
    FIELD
  }

  /** The stages that may stand anywhere. */
  static final List<LineFilter> FILTERS = List.copyOf(EnumSet.range(KEEP, NUMBER));

  /** The stages that may only stand last. */
  static final List<LineFilter> COUNTS = List.copyOf(EnumSet.range(COUNT_LINES, COUNT_EACH));

  private final Operand operand;
  private final String command;

  @SuppressWarnings("ImmutableEnumChecker") // made by List.of
  private final List<String> phrasings;

  LineFilter(Operand operand, String command, String... phrasings) {
    this.operand = operand;
    this.command = command;
    this.phrasings = List.of(phrasings);
  }

  Operand operand() {
    return operand;
  }

  List<String> phrasings() {
    return phrasings;
  }

  /** Fills a command or phrasing in. */
  static String fill(String pattern, String first, String second) {
    return pattern.replace("#", first).replace("&", second);
  }

  String command(String first, String second) {
    return fill(command, first, second);
  }

  /** Computes what the command prints in the C locale, as lines that all end in a line feed. */
  List<String> apply(List<String> lines, String first, String second) {
    return switch (this) {
      case KEEP -> lines.stream().filter(line -> line.contains(first)).toList();
      case DROP -> lines.stream().filter(line -> !line.contains(first)).toList();
      case STARTING -> lines.stream().filter(line -> line.startsWith(first)).toList();
      case ENDING -> lines.stream().filter(line -> line.endsWith(first)).toList();
      case SORT -> lines.stream().sorted().toList();
      case SORT_REVERSE -> lines.stream().sorted(Comparator.reverseOrder()).toList();
      case SORT_UNIQUE -> lines.stream().sorted().distinct().toList();
      case LAST_LINE_FIRST -> lines.reversed();
      case HEAD -> lines.subList(0, Math.min(lines.size(), Integer.parseInt(first)));
      case TAIL -> lines.subList(Math.max(0, lines.size() - Integer.parseInt(first)), lines.size());
      case FROM_LINE ->
          lines.subList(Math.min(lines.size(), Integer.parseInt(first) - 1), lines.size());
      case UPPER -> lines.stream().map(line -> line.toUpperCase(Locale.ROOT)).toList();
      case DELETE -> lines.stream().map(line -> line.replace(first, "")).toList();
      case REPLACE -> lines.stream().map(line -> line.replace(first, second)).toList();
      case MIRROR ->
          lines.stream().map(line -> new StringBuilder(line).reverse().toString()).toList();
      case CHARACTERS -> {
        int width = Integer.parseInt(first);
        yield lines.stream()
            .map(line -> line.substring(0, Math.min(line.length(), width)))
            .toList();
      }
      case FIELD -> lines.stream().map(line -> field(line, Integer.parseInt(first))).toList();
      case NUMBER -> numbered(lines);
      case COUNT_LINES -> List.of(Integer.toString(lines.size()));
      case COUNT_WORDS ->
          List.of(Integer.toString(lines.stream().mapToInt(LineFilter::wordsIn).sum()));
      case COUNT_CHARACTERS ->
          List.of(Integer.toString(lines.stream().mapToInt(line -> line.length() + 1).sum()));
      case COUNT_EACH -> countEach(lines);
    };
  }

  /** A line without the separator passes whole. */
  private static String field(String line, int number) {
    if (line.indexOf(' ') < 0) {
      return line;
    }
    String[] fields = line.split(" ", -1);
    return number <= fields.length ? fields[number - 1] : "";
  }

  private static int wordsIn(String line) {
    String words = line.strip();
    return words.isEmpty() ? 0 : words.split("\\s+").length;
  }

  private static List<String> numbered(List<String> lines) {
    List<String> numbered = new ArrayList<>(lines.size());
    for (String line : lines) {
      numbered.add("%6d\t%s".formatted(numbered.size() + 1, line));
    }
    return numbered;
  }

  private static List<String> countEach(List<String> lines) {
    TreeMap<String, Integer> counts = new TreeMap<>();
    lines.forEach(line -> counts.merge(line, 1, Integer::sum));
    return counts.entrySet().stream()
        .map(entry -> "%7d %s".formatted(entry.getValue(), entry.getKey()))
        .toList();
  }
}
