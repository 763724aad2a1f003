package org.cycleqd.lm.text.jinja;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** Filters that go through the items of a value. */
final class ListFilters {

  private final Budget budget;
  private final Operators operators;
  private final Attributes attributes;
  private final Tests tests;
  private final Filters filters;

  ListFilters(
      Budget budget, Operators operators, Attributes attributes, Tests tests, Filters filters) {
    this.budget = budget;
    this.operators = operators;
    this.attributes = attributes;
    this.tests = tests;
    this.filters = filters;
  }

  Value apply(Value value, Arguments given) {
    return switch (given.callee()) {
      case "first" -> end(operators.items(value), given, true);
      case "last" -> end(lasting(value), given, false);
      case "list" -> {
        given.none();
        yield Value.Seq.list(copy(operators.items(value)));
      }
      case "join" -> join(value, given);
      case "map" -> map(operators.items(value), given);
      case "select" -> choose(operators.items(value), given, true, false);
      case "reject" -> choose(operators.items(value), given, false, false);
      case "selectattr" -> choose(operators.items(value), given, true, true);
      case "rejectattr" -> choose(operators.items(value), given, false, true);
      case "reverse" -> reverse(value, given);
      case "sort" -> sort(value, given);
      case "dictsort" -> sortEntries(value, given);
      case "min" -> extreme(value, given, order(false));
      case "max" -> extreme(value, given, order(false).reversed());
      case "unique" -> unique(value, given);
      default -> throw new Refusal("the filter %s is not known".formatted(given.callee()));
    };
  }

  private List<Value> lasting(Value value) {
    if (value instanceof Value.Seq || value instanceof Value.Text) {
      return operators.items(value);
    }
    throw new Refusal("last: found %s, expected a list or text".formatted(Words.kind(value)));
  }

  private static Value end(List<Value> items, Arguments given, boolean first) {
    given.none();
    if (items.isEmpty()) {
      return new Value.Undefined("an item of an empty list");
    }
    return first ? items.getFirst() : items.getLast();
  }

  private List<Value> copy(List<Value> items) {
    budget.claim(items.size());
    return new ArrayList<>(items);
  }

  private Value join(Value value, Arguments given) {
    List<Optional<Value>> bound = given.bind(0, "d", "attribute");
    String separator = bound.getFirst().map(v -> Words.of(v, budget)).orElse("");
    UnaryOperator<Value> part =
        bound.getLast().<UnaryOperator<Value>>map(path -> v -> at(v, path)).orElse(v -> v);
    List<String> parts = new ArrayList<>();
    for (Value item : operators.items(value)) {
      parts.add(Words.of(part.apply(item), budget));
      budget.claim((long) separator.length() + parts.getLast().length());
    }
    return new Value.Text(String.join(separator, parts));
  }

  private Value map(List<Value> items, Arguments given) {
    List<Value> results = new ArrayList<>();
    if (given.positional().isEmpty()) {
      List<Optional<Value>> bound = given.bind(0, "attribute", "default");
      Value path =
          bound.getFirst().orElseThrow(() -> new Refusal("map: argument attribute is missing"));
      for (Value item : items) {
        Value found = at(item, path);
        results.add(found instanceof Value.Undefined ? bound.getLast().orElse(found) : found);
      }
    } else {
      Arguments inner = inner(given, 1);
      if (!Filters.NAMES.contains(inner.callee())) {
        throw new Refusal("the filter %s is not known".formatted(inner.callee()));
      }
      items.forEach(item -> results.add(filters.apply(item, inner)));
    }
    budget.claim(results.size());
    return new Value.Stream(results);
  }

  private Value choose(List<Value> items, Arguments given, boolean kept, boolean byAttribute) {
    int first = byAttribute ? 1 : 0;
    if (given.positional().size() < first) {
      throw new Refusal("%s: argument attribute is missing".formatted(given.callee()));
    }
    boolean plain = given.positional().size() == first;
    Arguments inner = plain ? given : inner(given, first + 1);
    if (!plain && !Tests.NAMES.contains(inner.callee())) {
      throw new Refusal("the test %s is not known".formatted(inner.callee()));
    }
    List<Value> results = new ArrayList<>();
    for (Value item : items) {
      Value tested = byAttribute ? at(item, given.positional().getFirst()) : item;
      if ((plain ? Operators.truth(tested) : tests.holds(tested, inner)) == kept) {
        results.add(item);
      }
    }
    budget.claim(results.size());
    return new Value.Stream(results);
  }

  /** The arguments of the filter or test that the last of some leading arguments names. */
  private static Arguments inner(Arguments given, int leading) {
    List<Value> positional = given.positional();
    return new Arguments(
        given.text(positional.get(leading - 1)),
        positional.subList(leading, positional.size()),
        given.named());
  }

  /** What a path such as {@code function.name} leads to. */
  private Value at(Value value, Value path) {
    budget.step();
    if (path instanceof Value.Text(String text)) {
      Value found = value;
      for (String part : text.split("\\.", -1)) {
        found =
            attributes.item(
                found,
                part.matches("[0-9]{1,9}")
                    ? new Value.Int(Long.parseLong(part))
                    : new Value.Text(part));
      }
      return found;
    }
    return attributes.item(value, path);
  }

  private Value reverse(Value value, Arguments given) {
    given.none();
    if (value instanceof Value.Text(String text)) {
      budget.claim(text.length());
      int[] letters = text.codePoints().toArray();
      StringBuilder reversed = new StringBuilder();
      for (int i = letters.length - 1; i >= 0; i--) {
        reversed.appendCodePoint(letters[i]);
      }
      return new Value.Text(reversed.toString());
    }
    List<Value> items = copy(operators.items(value));
    Collections.reverse(items);
    return new Value.Stream(items);
  }

  private Value sort(Value value, Arguments given) {
    List<Optional<Value>> bound = given.bind(0, "reverse", "case_sensitive", "attribute");
    Comparator<Value> order = order(bound.get(1).map(Operators::truth).orElse(false));
    Optional<Value> path = bound.get(2).filter(v -> v != Value.None.NONE);
    if (path.isPresent()) {
      Comparator<Value> plain = order;
      order = (a, b) -> plain.compare(at(a, path.get()), at(b, path.get()));
    }
    List<Value> items = copy(operators.items(value));
    items.sort(bound.getFirst().map(Operators::truth).orElse(false) ? order.reversed() : order);
    return Value.Seq.list(items);
  }

  private Value sortEntries(Value value, Arguments given) {
    given.none();
    if (!(value instanceof Value.Dict(Map<String, Value> entries, _))) {
      throw given.unfit(value, "a map");
    }
    Comparator<Value> order = order(false);
    budget.claim(3L * entries.size());
    return Value.Seq.list(
        entries.entrySet().stream()
            .map(entry -> Map.<Value, Value>entry(new Value.Text(entry.getKey()), entry.getValue()))
            .sorted(Map.Entry.comparingByKey(order))
            .<Value>map(entry -> Value.Seq.tuple(entry.getKey(), entry.getValue()))
            .toList());
  }

  private Value extreme(Value value, Arguments given, Comparator<Value> order) {
    given.none();
    return operators.items(value).stream()
        .min(order)
        .orElse(new Value.Undefined("an item of an empty list"));
  }

  private Value unique(Value value, Arguments given) {
    given.none();
    List<Value> kept = new ArrayList<>();
    for (Value item : operators.items(value)) {
      Value folded = fold(item, false);
      if (kept.stream().noneMatch(other -> operators.equal(fold(other, false), folded))) {
        kept.add(item);
      }
    }
    return new Value.Stream(kept);
  }

  private Comparator<Value> order(boolean cased) {
    return (a, b) -> {
      budget.step();
      return operators.compare(fold(a, cased), fold(b, cased));
    };
  }

  private Value fold(Value value, boolean cased) {
    if (cased || !(value instanceof Value.Text(String text))) {
      return value;
    }
    budget.claim(text.length());
    return new Value.Text(text.toLowerCase(Locale.ROOT));
  }
}
