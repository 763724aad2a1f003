package org.cycleqd.task.pico;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.cycleqd.task.Item;
import org.cycleqd.task.Verdict;

/** Compares what an answer gave with what the reference gave. */
interface Comparison {

  /** Marks the text {@code found} against the text {@code expected}. */
  Verdict compare(Item item, String expected, String found);

  /** The same text, byte for byte. */
  static Verdict output(Item item, String expected, String found) {
    return expected.equals(found) ? Verdict.correct("same output") : Verdict.wrong("other output");
  }

  /** The same result for every list, where an exception is a result but cannot be the only one. */
  static Verdict results(Item item, String expected, String found) {
    if (found.startsWith("?")) {
      return Verdict.wrong("not an expression: " + found.substring(1));
    }
    List<String> wanted = lines(expected);
    List<String> given = lines(found);
    if (given.stream().allMatch(ListProgram.RAISES::equals)) {
      return Verdict.wrong("raises an exception on every list");
    }
    return wanted.equals(given) ? Verdict.correct("same results") : Verdict.wrong("other results");
  }

  /** The same rows, in the same order if the reference asks for one. */
  static Verdict rows(Item item, String expected, String found) {
    if (expected.equals(found)) {
      return Verdict.correct("same rows");
    }
    boolean ordered = item.reference().toUpperCase(Locale.ROOT).contains("ORDER BY");
    boolean same =
        lines(expected).stream().sorted().toList().equals(lines(found).stream().sorted().toList());
    if (!same) {
      return Verdict.wrong("other rows");
    }
    return ordered ? Verdict.wrong("other order of rows") : Verdict.correct("same rows");
  }

  private static List<String> lines(String text) {
    return Arrays.asList(text.split("\n", -1));
  }
}
