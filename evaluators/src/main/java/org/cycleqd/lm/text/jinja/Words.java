package org.cycleqd.lm.text.jinja;

import java.math.BigDecimal;
import java.util.List;
import java.util.Map;

/** Writes values as Python's {@code str} and {@code repr} do. */
final class Words {

  private static final int FIRST_SCIENTIFIC = 16;
  private static final int LAST_PLAIN = -4;

  private final Budget budget;
  private final StringBuilder out = new StringBuilder();

  private Words(Budget budget) {
    this.budget = budget;
  }

  /** What printing a value writes. */
  static String of(Value value, Budget budget) {
    return switch (value) {
      case Value.Text(String text) -> text;
      case Value.Markup(String text) -> text;
      case Value.Undefined _ -> "";
      default -> {
        Words words = new Words(budget);
        words.write(value);
        yield words.out.toString();
      }
    };
  }

  /** The kind of a value, for messages. */
  static String kind(Value value) {
    return switch (value) {
      case Value.Text _, Value.Markup _ -> "text";
      case Value.Int _ -> "an integer";
      case Value.Real _ -> "a float";
      case Value.Bool _ -> "a boolean";
      case Value.None _ -> "none";
      case Value.Undefined(String what) -> what + ", which is undefined";
      case Value.Seq(Value.Kind kind, _, _) ->
          switch (kind) {
            case LIST -> "a list";
            case TUPLE -> "a tuple";
            case VIEW -> "a range or view";
          };
      case Value.Dict _ -> "a map";
      case Value.Stream _ -> "a generator";
      case Value.Namespace _ -> "a namespace";
      case Value.Function(String name, _) -> "the function " + name;
      case Value.Loop _ -> "a loop";
    };
  }

  /** A float as Python writes it: the shortest digits that give it back. */
  static String real(double value) {
    if (Double.isNaN(value)) {
      return "nan";
    }
    if (Double.isInfinite(value)) {
      return value > 0 ? "inf" : "-inf";
    }
    if (value == 0) {
      return Double.toString(value);
    }
    BigDecimal decimal = new BigDecimal(Double.toString(value)).stripTrailingZeros();
    int exponent = decimal.precision() - decimal.scale() - 1;
    if (exponent >= LAST_PLAIN && exponent < FIRST_SCIENTIFIC) {
      String plain = decimal.toPlainString();
      return plain.contains(".") ? plain : plain + ".0";
    }
    String digits = decimal.unscaledValue().abs().toString();
    return (value < 0 ? "-" : "")
        + digits.charAt(0)
        + (digits.length() > 1 ? "." + digits.substring(1) : "")
        + "e%s%02d".formatted(exponent < 0 ? "-" : "+", Math.abs(exponent));
  }

  private void write(Value value) {
    budget.step();
    switch (value) {
      case Value.Text(String text) -> add(quoted(text));
      case Value.Int(long number) -> add(Long.toString(number));
      case Value.Real(double number) -> add(real(number));
      case Value.Bool(boolean flag) -> add(flag ? "True" : "False");
      case Value.None _ -> add("None");
      case Value.Undefined _ -> add("Undefined");
      case Value.Seq(Value.Kind kind, List<Value> items, _) when kind == Value.Kind.LIST -> {
        add("[");
        list(items);
        add("]");
      }
      case Value.Seq(Value.Kind kind, List<Value> items, _) when kind == Value.Kind.TUPLE -> {
        add("(");
        list(items);
        add(items.size() == 1 ? ",)" : ")");
      }
      case Value.Dict(Map<String, Value> entries, _) -> map(entries);
      default -> throw new Refusal("found %s, which cannot be printed".formatted(kind(value)));
    }
  }

  private void list(List<Value> items) {
    String separator = "";
    for (Value item : items) {
      add(separator);
      write(item);
      separator = ", ";
    }
  }

  private void map(Map<String, Value> entries) {
    String separator = "{";
    for (Map.Entry<String, Value> entry : entries.entrySet()) {
      add(separator);
      add(quoted(entry.getKey()));
      add(": ");
      write(entry.getValue());
      separator = ", ";
    }
    add(entries.isEmpty() ? "{}" : "}");
  }

  private void add(String text) {
    budget.claim(text.length());
    out.append(text);
  }

  private static String quoted(String text) {
    char quote = text.indexOf('\'') >= 0 && text.indexOf('"') < 0 ? '"' : '\'';
    StringBuilder result = new StringBuilder().append(quote);
    text.codePoints().forEach(c -> result.append(escaped(c, quote)));
    return result.append(quote).toString();
  }

  private static String escaped(int c, char quote) {
    return switch (c) {
      case '\n' -> "\\n";
      case '\r' -> "\\r";
      case '\t' -> "\\t";
      case '\\' -> "\\\\";
      default -> {
        if (c == quote) {
          yield "\\" + quote;
        }
        if (printable(c)) {
          yield Character.toString(c);
        }
        yield c <= 0xff
            ? "\\x%02x".formatted(c)
            : c <= 0xffff ? "\\u%04x".formatted(c) : "\\U%08x".formatted(c);
      }
    };
  }

  private static boolean printable(int c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.UNASSIGNED,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          false;
      case Character.SPACE_SEPARATOR -> c == ' ';
      default -> true;
    };
  }
}
