package org.cycleqd.task.db;

import java.text.Normalizer;
import java.util.Locale;
import java.util.regex.Pattern;

/** What MySQL does otherwise than SQLite with the texts of statements and cells. */
final class MySqlText {
  private static final Pattern MARKS = Pattern.compile("\\p{M}+");
  private static final Pattern NUMBER = Pattern.compile("\\d+(?:[eE]\\d+)?|0[xX][0-9a-fA-F]+");

  private MySqlText() {}

  /** Compares without regard to case, accents and spaces at the end (utf8mb4_general_ci). */
  static int compare(String first, String second) {
    return folded(first).compareTo(folded(second));
  }

  private static String folded(String text) {
    String plain = MARKS.matcher(Normalizer.normalize(text, Normalizer.Form.NFD)).replaceAll("");
    return plain.toLowerCase(Locale.ROOT).stripTrailing();
  }

  /**
   * A statement in SQLite's words: texts in double quotes are in single ones, backslashes in texts
   * mean what they mean in MySQL, and bare names may begin with a digit.
   */
  static String translated(String sql) {
    StringBuilder out = new StringBuilder();
    int at = 0;
    while (at < sql.length()) {
      char c = sql.charAt(at);
      if (c == '\'' || c == '"') {
        at = text(sql, at, out);
      } else if (c == '`') {
        int end = sql.indexOf('`', at + 1);
        int next = end < 0 ? sql.length() : end + 1;
        out.append(sql, at, next);
        at = next;
      } else if (word(c)) {
        int end = at;
        while (end < sql.length() && word(sql.charAt(end))) {
          end++;
        }
        String word = sql.substring(at, end);
        boolean name = Character.isDigit(c) && !NUMBER.matcher(word).matches();
        out.append(name ? "`" + word + "`" : word);
        at = end;
      } else {
        out.append(c);
        at++;
      }
    }
    return out.toString();
  }

  private static boolean word(char c) {
    return Character.isLetterOrDigit(c) || c == '_' || c == '$';
  }

  /** Writes a quoted text in SQLite's way; the index after it. */
  private static int text(String sql, int start, StringBuilder out) {
    char quote = sql.charAt(start);
    out.append('\'');
    int at = start + 1;
    while (at < sql.length()) {
      char c = sql.charAt(at);
      if (c == '\\' && at + 1 < sql.length()) {
        append(out, escaped(sql.charAt(at + 1)));
        at += 2;
      } else if (c == quote && at + 1 < sql.length() && sql.charAt(at + 1) == quote) {
        append(out, String.valueOf(quote));
        at += 2;
      } else if (c == quote) {
        out.append('\'');
        return at + 1;
      } else {
        append(out, String.valueOf(c));
        at++;
      }
    }
    return at; // not closed: the engine will say so
  }

  private static void append(StringBuilder out, String text) {
    out.append(text.replace("'", "''"));
  }

  private static String escaped(char c) {
    return switch (c) {
      case 'n' -> "\n";
      case 't' -> "\t";
      case 'r' -> "\r";
      case 'b' -> "\b";
      case 'Z' -> "\u001a";
      case '%' -> "\\%";
      case '_' -> "\\_";
      default -> String.valueOf(c);
    };
  }
}
