package org.cycleqd.lm.text.jinja;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What may stand behind {@code |}, but for filters that go through lists. */
final class Filters {

  static final Set<String> NAMES =
      Set.of(
          "abs",
          "capitalize",
          "count",
          "d",
          "default",
          "dictsort",
          "first",
          "float",
          "indent",
          "int",
          "items",
          "join",
          "last",
          "length",
          "list",
          "lower",
          "map",
          "max",
          "min",
          "reject",
          "rejectattr",
          "replace",
          "reverse",
          "safe",
          "select",
          "selectattr",
          "sort",
          "string",
          "title",
          "tojson",
          "trim",
          "unique",
          "upper");

  private final Budget budget;
  private final Operators operators;
  private final Attributes attributes;
  private final TextMethods textMethods;
  private final ListFilters lists;

  Filters(Budget budget, Operators operators, Attributes attributes, Tests tests) {
    this.budget = budget;
    this.operators = operators;
    this.attributes = attributes;
    this.textMethods = new TextMethods(budget, operators);
    this.lists = new ListFilters(budget, operators, attributes, tests, this);
  }

  Value apply(Value value, Arguments given) {
    return switch (given.callee()) {
      case "default", "d" -> otherwise(value, given);
      case "tojson" -> Json.filter(value, given, budget);
      case "trim" -> textMethods.strip(words(value), true, true, given);
      case "upper" -> plain(words(value).toUpperCase(Locale.ROOT), given);
      case "lower" -> plain(words(value).toLowerCase(Locale.ROOT), given);
      case "capitalize" -> plain(Characters.capitalize(words(value)), given);
      case "title" ->
          plain(
              Characters.title(words(value), c -> Characters.isSpace(c) || "-({[<".indexOf(c) >= 0),
              given);
      case "string" -> plain(words(value), given);
      case "safe" -> {
        given.none();
        yield new Value.Markup(words(value));
      }
      case "replace" -> textMethods.replace(words(value), given);
      case "indent" -> indent(words(value), given);
      case "length", "count" -> length(value, given);
      case "int" -> whole(value, given);
      case "float" -> real(value, given);
      case "abs" -> absolute(value, given);
      case "items" -> items(value, given);
      default -> lists.apply(value, given);
    };
  }

  private String words(Value value) {
    String text = Words.of(value, budget);
    budget.claim(text.length());
    return text;
  }

  private Value plain(String text, Arguments given) {
    given.none();
    return new Value.Text(text);
  }

  private static Value otherwise(Value value, Arguments given) {
    List<Optional<Value>> bound = given.bind(0, "default_value", "boolean");
    boolean wide = bound.getLast().map(Operators::truth).orElse(false);
    boolean missing = value instanceof Value.Undefined || (wide && !Operators.truth(value));
    return missing ? bound.getFirst().orElse(new Value.Text("")) : value;
  }

  private Value length(Value value, Arguments given) {
    given.none();
    return new Value.Int(
        switch (value) {
          case Value.Text(String text) -> {
            budget.claim(text.length());
            yield Characters.length(text);
          }
          case Value.Seq seq -> seq.items().size();
          case Value.Dict dict -> dict.entries().size();
          case Value.Undefined _ -> 0;
          default -> throw given.unfit(value, "text, a list or a map");
        });
  }

  private Value items(Value value, Arguments given) {
    return switch (value) {
      case Value.Dict(Map<String, Value> entries, _) -> attributes.items(entries, given);
      case Value.Undefined _ -> new Value.Seq(Value.Kind.VIEW, List.of());
      default -> throw given.unfit(value, "a map");
    };
  }

  private Value indent(String text, Arguments given) {
    List<Optional<Value>> bound = given.bind(0, "width", "first", "blank");
    String margin =
        switch (bound.get(0).orElse(new Value.Int(4))) {
          case Value.Text(String blanks) -> blanks;
          case Value width -> " ".repeat(Math.clamp(given.integer(width), 0, 1000));
        };
    boolean first = bound.get(1).map(Operators::truth).orElse(false);
    boolean blank = bound.get(2).map(Operators::truth).orElse(false);
    List<String> lines = new ArrayList<>(Characters.lines(text + "\n"));
    for (int i = first ? 0 : 1; i < lines.size(); i++) {
      if (blank || i == 0 || !lines.get(i).isEmpty()) {
        lines.set(i, margin + lines.get(i));
        budget.claim(lines.get(i).length());
      }
    }
    return new Value.Text(textMethods.joined("\n", lines));
  }

  private static Value whole(Value value, Arguments given) {
    List<Optional<Value>> bound = given.bind(0, "default");
    return switch (value) {
      case Value.Int number -> number;
      case Value.Bool(boolean flag) -> new Value.Int(flag ? 1 : 0);
      case Value.Real(double number) when Math.abs(number) < Long.MAX_VALUE ->
          new Value.Int((long) number);
      case Value.Text(String text) when text.strip().matches("[-+]?[0-9]{1,18}") ->
          new Value.Int(Long.parseLong(text.strip()));
      case Value.Text(String text) when text.strip().matches("[-+]?[0-9]{1,15}\\.[0-9]*") ->
          new Value.Int((long) Double.parseDouble(text.strip()));
      case Value.Text(String text) when text.codePoints().noneMatch(Character::isDigit) ->
          bound.getFirst().orElse(new Value.Int(0));
      default -> throw given.unfit(value, "an integer");
    };
  }

  private static Value real(Value value, Arguments given) {
    given.none();
    return switch (value) {
      case Value.Real number -> number;
      case Value.Text(String text) when text.strip().matches("[-+]?[0-9]+(\\.[0-9]*)?") ->
          new Value.Real(Double.parseDouble(text.strip()));
      default -> new Value.Real(given.integer(value));
    };
  }

  private Value absolute(Value value, Arguments given) {
    given.none();
    return value instanceof Value.Real(double number)
        ? new Value.Real(Math.abs(number))
        : operators.compare(value, new Value.Int(0)) < 0
            ? operators.arithmetic("*", value, new Value.Int(-1))
            : new Value.Int(given.integer(value));
  }
}
