package org.cycleqd.task.db;

import java.math.BigDecimal;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.cycleqd.task.Verdict;

/** Marks what a model did with a record (CycleQD's rules). */
public final class DbJudge {
  private static final Pattern NUMBER =
      Pattern.compile("[-+]?(?:\\d+\\.?\\d*|\\.\\d+)(?:[eE][-+]?\\d{1,3})?");

  private DbJudge() {}

  /**
   * Marks the end of a dialogue.
   *
   * @param database the record's, after all operations
   * @param answer the text after {@code Final Answer:}; an order is judged without it
   */
  public static Verdict judge(DbRecord record, DbDatabase database, String answer) {
    return record.order() ? order(record, database) : question(record, answer);
  }

  private static Verdict order(DbRecord record, DbDatabase database) {
    try {
      String found = database.hash();
      boolean same = found.equals(record.hash().orElseThrow());
      return new Verdict(same, same ? "the table is as ordered" : "the table is not as ordered");
    } catch (SQLException e) {
      return Verdict.wrong("the table cannot be read: " + e.getMessage());
    }
  }

  private static Verdict question(DbRecord record, String answer) {
    List<String> found = list(answer).orElse(List.of(answer.strip()));
    boolean same = same(found, record.labels());
    return new Verdict(
        same,
        same ? "is " + record.labels() : "is %s, expected %s".formatted(found, record.labels()));
  }

  /** One against one: equal as numbers or as texts; otherwise equal as sets of texts. */
  static boolean same(List<String> found, List<String> expected) {
    if (found.size() == 1 && expected.size() == 1) {
      Optional<BigDecimal> number = number(found.getFirst());
      Optional<BigDecimal> other = number(expected.getFirst());
      if (number.isPresent() && other.isPresent()) {
        return number.get().compareTo(other.get()) == 0;
      }
      return found.getFirst().equals(expected.getFirst());
    }
    return new HashSet<>(found).equals(new HashSet<>(expected));
  }

  private static Optional<BigDecimal> number(String text) {
    String stripped = text.strip();
    return NUMBER.matcher(stripped).matches() && stripped.length() < 100
        ? Optional.of(new BigDecimal(stripped))
        : Optional.empty();
  }

  /** The elements of a list literal of texts and numbers; empty if the text is none. */
  static Optional<List<String>> list(String literal) {
    String text = literal.strip();
    if (!text.startsWith("[") || !text.endsWith("]")) {
      return Optional.empty();
    }
    List<String> elements = new ArrayList<>();
    int at = 1;
    int end = text.length() - 1;
    while (true) {
      at = blank(text, at, end);
      if (at == end) {
        return Optional.of(elements);
      }
      StringBuilder element = new StringBuilder();
      at = element(text, at, end, element);
      if (at < 0) {
        return Optional.empty();
      }
      elements.add(element.toString());
      at = blank(text, at, end);
      if (at < end && text.charAt(at) == ',') {
        at++;
      } else if (at < end) {
        return Optional.empty();
      }
    }
  }

  private static int blank(String text, int from, int end) {
    int at = from;
    while (at < end && Character.isWhitespace(text.charAt(at))) {
      at++;
    }
    return at;
  }

  /** Reads a quoted text or a bare word; the index after it, or -1. */
  private static int element(String text, int start, int end, StringBuilder element) {
    char quote = text.charAt(start);
    if (quote != '\'' && quote != '"') {
      int at = start;
      while (at < end && text.charAt(at) != ',') {
        element.append(text.charAt(at++));
      }
      String word = element.toString().strip();
      element.setLength(0);
      element.append(word);
      return number(word).isPresent() || List.of("None", "True", "False").contains(word) ? at : -1;
    }
    for (int at = start + 1; at < end; at++) {
      char c = text.charAt(at);
      if (c == '\\' && at + 1 < end) {
        char next = text.charAt(++at);
        element.append(next == 'n' ? '\n' : next == 't' ? '\t' : next);
      } else if (c == quote) {
        return at + 1;
      } else {
        element.append(c);
      }
    }
    return -1;
  }
}
