package org.cycleqd.lm.text.jinja;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Writes values as Python's {@code json.dumps} does; Transformers' {@code tojson} is no more than
 * that, unlike Jinja's own, which escapes HTML.
 */
final class Json {

  private static final int WIDEST_INDENT = 64;

  private final Budget budget;
  private final Style style;
  private final StringBuilder out = new StringBuilder();

  private Json(Budget budget, Style style) {
    this.budget = budget;
    this.style = style;
  }

  private record Style(
      boolean ascii, Optional<String> indent, String item, String key, boolean sorted) {}

  /** The filter: {@code tojson(ensure_ascii, indent, separators, sort_keys)}. */
  static Value filter(Value value, Arguments arguments, Budget budget) {
    List<Optional<Value>> given =
        arguments.bind(0, "ensure_ascii", "indent", "separators", "sort_keys");
    Optional<String> indent =
        given.get(1).filter(v -> v != Value.None.NONE).map(v -> indent(arguments, v));
    String item = indent.isPresent() ? "," : ", ";
    String key = ": ";
    Value separators = given.get(2).orElse(Value.None.NONE);
    if (separators instanceof Value.Seq(_, List<Value> pair, _) && pair.size() == 2) {
      item = arguments.text(pair.getFirst());
      key = arguments.text(pair.getLast());
    } else if (separators != Value.None.NONE) {
      throw arguments.unfit(separators, "a pair of separators");
    }
    boolean ascii = given.getFirst().map(Operators::truth).orElse(false);
    boolean sorted = given.getLast().map(Operators::truth).orElse(false);
    Json json = new Json(budget, new Style(ascii, indent, item, key, sorted));
    json.write(value, 0);
    return new Value.Text(json.out.toString());
  }

  private static String indent(Arguments arguments, Value value) {
    if (value instanceof Value.Text(String text) && text.length() <= WIDEST_INDENT) {
      return text;
    }
    long width = arguments.integer(value);
    if (width > WIDEST_INDENT) {
      throw arguments.unfit(value, "an indent of at most " + WIDEST_INDENT);
    }
    return " ".repeat((int) Math.max(0, width));
  }

  private void write(Value value, int level) {
    budget.step();
    switch (value) {
      case Value.Text(String text) -> quote(text);
      case Value.Markup(String text) -> quote(text);
      case Value.Int(long number) -> add(Long.toString(number));
      case Value.Real(double number) -> add(real(number));
      case Value.Bool(boolean flag) -> add(flag ? "true" : "false");
      case Value.None _ -> add("null");
      case Value.Seq(Value.Kind kind, List<Value> items, _) when kind != Value.Kind.VIEW ->
          all("[", items, "]", level, item -> write(item, level + 1));
      case Value.Dict(Map<String, Value> entries, _) ->
          all(
              "{",
              (style.sorted() ? new TreeMap<>(entries) : entries).entrySet(),
              "}",
              level,
              entry -> {
                quote(entry.getKey());
                add(style.key());
                write(entry.getValue(), level + 1);
              });
      default ->
          throw new Refusal(
              "tojson: found %s, expected text, numbers, lists or maps"
                  .formatted(Words.kind(value)));
    }
  }

  private <T> void all(
      String open, Collection<T> items, String close, int level, Consumer<T> writer) {
    add(open);
    boolean first = true;
    for (T item : items) {
      add(first ? "" : style.item());
      line(level + 1);
      writer.accept(item);
      first = false;
    }
    if (!items.isEmpty()) {
      line(level);
    }
    add(close);
  }

  private void line(int level) {
    style.indent().ifPresent(indent -> add("\n" + indent.repeat(level)));
  }

  private static String real(double number) {
    return Double.isNaN(number)
        ? "NaN"
        : Double.isInfinite(number) ? (number > 0 ? "Infinity" : "-Infinity") : Words.real(number);
  }

  private void quote(String text) {
    StringBuilder quoted = new StringBuilder("\"");
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"' -> quoted.append("\\\"");
        case '\\' -> quoted.append("\\\\");
        case '\n' -> quoted.append("\\n");
        case '\r' -> quoted.append("\\r");
        case '\t' -> quoted.append("\\t");
        case '\b' -> quoted.append("\\b");
        case '\f' -> quoted.append("\\f");
        default -> {
          if (c < ' ' || (style.ascii() && c > '~')) {
            quoted.append("\\u%04x".formatted((int) c));
          } else {
            quoted.append(c);
          }
        }
      }
    }
    add(quoted.append('"').toString());
  }

  private void add(String text) {
    budget.claim(text.length());
    out.append(text);
  }
}
