package org.cycleqd.lm.text.jinja;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.IntPredicate;

/** Text as Python sees it: a sequence of code points. */
final class Characters {

  private Characters() {}

  static int length(String text) {
    return text.codePointCount(0, text.length());
  }

  /** Whether Python's {@code isspace} holds for a character. */
  static boolean isSpace(int c) {
    return Character.isWhitespace(c) || Character.isSpaceChar(c) || c == 0x85;
  }

  static String strip(String text, boolean left, boolean right, IntPredicate dropped) {
    int from = 0;
    int to = text.length();
    while (left && from < to && dropped.test(text.codePointAt(from))) {
      from += Character.charCount(text.codePointAt(from));
    }
    while (right && to > from && dropped.test(text.codePointBefore(to))) {
      to -= Character.charCount(text.codePointBefore(to));
    }
    return text.substring(from, to);
  }

  /** The words between runs of white space, with at most so many cuts. */
  static List<String> words(String text, long cuts) {
    List<String> words = new ArrayList<>();
    String rest = strip(text, true, false, Characters::isSpace);
    while (!rest.isEmpty()) {
      int end = 0;
      while (end < rest.length() && !isSpace(rest.codePointAt(end))) {
        end += Character.charCount(rest.codePointAt(end));
      }
      if (words.size() == cuts) {
        words.add(strip(rest, false, true, Characters::isSpace));
        break;
      }
      words.add(rest.substring(0, end));
      rest = strip(rest.substring(end), true, false, Characters::isSpace);
    }
    return words;
  }

  /** The parts between occurrences of a separator, with at most so many cuts from the left. */
  static List<String> split(String text, String separator, long cuts) {
    List<String> parts = new ArrayList<>();
    int from = 0;
    int at = text.indexOf(separator);
    while (at >= 0 && parts.size() < cuts) {
      parts.add(text.substring(from, at));
      from = at + separator.length();
      at = text.indexOf(separator, from);
    }
    parts.add(text.substring(from));
    return parts;
  }

  /** The parts between occurrences of a separator, with at most so many cuts from the right. */
  static List<String> splitFromRight(String text, String separator, long cuts) {
    List<String> parts = new ArrayList<>();
    int to = text.length();
    int at = text.lastIndexOf(separator);
    while (at >= 0 && parts.size() < cuts) {
      parts.addFirst(text.substring(at + separator.length(), to));
      to = at;
      at = at < separator.length() ? -1 : text.lastIndexOf(separator, at - separator.length());
    }
    parts.addFirst(text.substring(0, to));
    return parts;
  }

  /** Lines without their ends, as Python's {@code splitlines} finds them. */
  static List<String> lines(String text) {
    List<String> lines =
        new ArrayList<>(
            List.of(text.split("\r\n|[\n\r\u000b\f\u001c-\u001e\u0085\u2028\u2029]", -1)));
    if (lines.getLast().isEmpty()) {
      lines.removeLast();
    }
    return lines;
  }

  /** Each word with a capital and the rest small, where a word begins at a mark. */
  static String title(String text, IntPredicate begins) {
    StringBuilder result = new StringBuilder();
    boolean first = true;
    for (int c : text.codePoints().toArray()) {
      String letter = Character.toString(c);
      result.append(first ? letter.toUpperCase(Locale.ROOT) : letter.toLowerCase(Locale.ROOT));
      first = begins.test(c);
    }
    return result.toString();
  }

  static String capitalize(String text) {
    return title(text, _ -> false);
  }

  static int compare(String a, String b) {
    int[] left = a.codePoints().toArray();
    int[] right = b.codePoints().toArray();
    return Arrays.compare(left, right);
  }
}
