package org.cycleqd.merge.recipe;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Writes plain values as YAML: mappings and lists of mappings on lines of their own, everything
 * else in line. Values are maps, lists, text, doubles, longs and booleans.
 */
final class YamlText {

  /** Text that needs no quotes in any dialect of YAML, unless it is one of {@link #WORDS}. */
  private static final Pattern PLAIN = Pattern.compile("(?:[A-Za-z_/]|\\.\\.?/)[A-Za-z0-9_./@+-]*");

  private static final Set<String> WORDS =
      Set.of("true", "false", "yes", "no", "on", "off", "y", "n", "null");

  private static final double LARGEST_EXACT_INTEGER = 0x1.0p53;

  private YamlText() {}

  /** A mapping that is written in one line. */
  record Inline(SequencedMap<String, Object> members) {}

  /** The document with this mapping at its root. */
  static String of(SequencedMap<String, Object> root) {
    return block(root, 0);
  }

  private static String block(Object value, int indent) {
    StringBuilder text = new StringBuilder();
    String margin = " ".repeat(indent);
    if (value instanceof Map<?, ?> members) {
      members.forEach((key, member) -> {
        text.append(margin).append(quoted(key.toString())).append(':');
        if (inline(member)) {
          text.append(' ').append(line(member)).append('\n');
        } else {
          text.append('\n').append(block(member, member instanceof Map ? indent + 2 : indent));
        }
      });
    } else if (value instanceof List<?> items) {
      for (Object item : items) {
        String rest = inline(item) ? line(item) + "\n" : block(item, indent + 2).strip() + "\n";
        text.append(margin).append("- ").append(rest);
      }
    }
    return text.toString();
  }

  private static boolean inline(Object value) {
    return switch (value) {
      case Map<?, ?> _ -> false;
      case List<?> items ->
          items.stream().noneMatch(item -> item instanceof Map || item instanceof Inline);
      default -> true;
    };
  }

  private static String line(Object value) {
    return switch (value) {
      case Inline(SequencedMap<String, Object> members) ->
          members.entrySet().stream()
              .map(member -> quoted(member.getKey()) + ": " + line(member.getValue()))
              .collect(Collectors.joining(", ", "{", "}"));
      case List<?> items ->
          items.stream().map(YamlText::line).collect(Collectors.joining(", ", "[", "]"));
      case Double number -> number(number);
      case String text -> quoted(text);
      default -> value.toString();
    };
  }

  /** The shortest text that is this double again for readers of YAML 1.1 and 1.2. */
  private static String number(double value) {
    boolean negativeZero = value == 0 && Double.doubleToRawLongBits(value) != 0;
    if (value == Math.rint(value) && Math.abs(value) < LARGEST_EXACT_INTEGER && !negativeZero) {
      return Long.toString((long) value);
    }
    // YAML 1.1 wants a sign in the exponent.
    return Double.toString(value).replaceFirst("E(?=\\d)", "e+").replace('E', 'e');
  }

  private static String quoted(String text) {
    if (PLAIN.matcher(text).matches() && !WORDS.contains(text.toLowerCase(Locale.ROOT))) {
      return text;
    }
    StringBuilder quoted = new StringBuilder("\"");
    text.codePoints().forEach(c -> quoted.append(escaped(c)));
    return quoted.append('"').toString();
  }

  private static String escaped(int codePoint) {
    return switch (codePoint) {
      case '"' -> "\\\"";
      case '\\' -> "\\\\";
      case '\n' -> "\\n";
      case '\t' -> "\\t";
      default -> {
        if (codePoint >= ' ' && codePoint <= '~') {
          yield Character.toString(codePoint);
        }
        yield codePoint <= Character.MAX_VALUE
            ? "\\u%04X".formatted(codePoint)
            : "\\U%08X".formatted(codePoint);
      }
    };
  }
}
