package org.cycleqd.task.maths;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/** Takes from LaTeX what changes only its looks. */
final class LatexText {

  private record Rule(Pattern pattern, String replacement) {
    static Rule of(String pattern, String replacement) {
      return new Rule(Pattern.compile(pattern), replacement);
    }
  }

  private static final List<Rule> RULES =
      List.of(
          Rule.of("\\\\?\\$|(?<!\\\\)\\\\[()\\[\\]]", ""),
          Rule.of(
              "\\\\(?:left|right|[bB]ig{1,2}[lr]?|displaystyle|textstyle|limits)(?![A-Za-z])", ""),
          Rule.of("(?<=\\d)(?:\\{,\\}|,\\\\!|\\\\,)(?=\\d{3})", ""),
          Rule.of("(?<![\\d,])(\\d{1,3})((?:,\\d{3})+)(?![\\d,])", "$1<$2>"),
          Rule.of("(?<!\\\\)\\\\[!,;:> ]|\\\\q?quad(?![A-Za-z])|~|\u00a0", " "),
          Rule.of("\\\\[dtc]frac(?![A-Za-z])", "\\\\frac"),
          Rule.of("\\^\\s*\\{?\\s*\\\\circ\\s*\\}?|\\\\degree(?:s)?(?![A-Za-z])|\u00b0", ""),
          Rule.of("\\\\?%", ""),
          Rule.of(
              "\\\\(?:mbox|text|textrm|textbf|mathrm|mathbf|textit)\\s*\\{\\s*(?:cm|m|km|mm|in|inches|inch|feet|foot|ft|yards|miles|mph|units?|square units?|sq\\.? ?units?|cubic units?|cubic (?:inches|feet|centimeters|meters)|square (?:inches|feet|centimeters|meters|miles|yards|cm)|degrees?|dollars?|cents?|hours?|minutes?|seconds?|days|students|ways|points|pounds|grams|liters|meters|centimeters|kilometers)\\s*\\.?\\s*\\}(?:\\s*\\^\\s*\\{?[23]\\}?)?\\s*$",
              ""),
          Rule.of(
              "\\\\(?:text|mbox|textrm|textbf|textit|mathrm|mathbf|mathsf|operatorname)\\s*\\{([^{}]*)\\}",
              "{$1}"),
          Rule.of("\\\\(?:cdot|times)(?![A-Za-z])", "*"),
          Rule.of("\\\\(?:le|leq|leqslant)(?![A-Za-z])", "<="),
          Rule.of("\\\\(?:ge|geq|geqslant)(?![A-Za-z])", ">="),
          Rule.of("\\\\(?:ne|neq)(?![A-Za-z])", "!="),
          Rule.of("\\\\(?:lbrace|\\{)", "\\\\{"),
          Rule.of("\\\\(?:rbrace|\\})", "\\\\}"),
          Rule.of("\\s+", " "));
  private static final Pattern GROUPED = Pattern.compile("<((?:,\\d{3})+)>");
  private static final Pattern NAMED =
      Pattern.compile(
          "^\\s*(?:[A-Za-z](?:\\([A-Za-z]\\))?|\\\\?[A-Za-z]+)\\s*(?:=|\\\\in(?![A-Za-z]))\\s*(?=.)");
  private static final Pattern ZEROS = Pattern.compile("(?<=\\d)(\\.\\d*?)0+(?!\\d)");

  private LatexText() {}

  /**
   * The normalised text. Thousands commas go where the whole is one number, and stay in lists:
   * {@code 1,000} is a thousand, {@code (1,000,2)} is a triple.
   */
  static String of(String latex) {
    String text = latex.strip();
    for (Rule rule : RULES) {
      text = rule.pattern.matcher(text).replaceAll(rule.replacement);
    }
    boolean single = !text.contains("(") && !text.contains("[") && !text.contains("{");
    text =
        GROUPED
            .matcher(text)
            .replaceAll(found -> single ? found.group(1).replace(",", "") : found.group(1));
    text = text.strip();
    while (text.endsWith(".") || text.endsWith(",")) {
      text = text.substring(0, text.length() - 1).strip();
    }
    return ZEROS
        .matcher(text)
        .replaceAll(found -> found.group(1).equals(".") ? "" : found.group(1));
  }

  /** Without a name before it, as in {@code x = 5}. */
  static String unnamed(String text) {
    return text.indexOf('=') == text.lastIndexOf('=') ? NAMED.matcher(text).replaceFirst("") : text;
  }

  /** Without white space and braces around single characters, in lower case where it is words. */
  static String key(String text) {
    String dense = text.replace(" ", "").replaceAll("\\{([A-Za-z0-9])\\}", "$1");
    while (dense.startsWith("{") && Boxed.closing(dense, 0) == dense.length() - 1) {
      dense = dense.substring(1, dense.length() - 1);
    }
    return dense.matches("\\(?[A-Za-z]{2,}\\)?") ? dense.toLowerCase(Locale.ROOT) : dense;
  }

  /** The parts between separators that stand outside all brackets. */
  static List<String> parts(String text, char separator) {
    List<String> parts = new ArrayList<>();
    int depth = 0;
    int start = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if ("([{".indexOf(c) >= 0) {
        depth++;
      } else if (")]}".indexOf(c) >= 0) {
        depth--;
      } else if (c == separator && depth == 0) {
        parts.add(text.substring(start, i));
        start = i + 1;
      }
    }
    parts.add(text.substring(start));
    return parts;
  }
}
