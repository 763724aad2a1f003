package org.cycleqd.lm.text.jinja;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What stands behind {@code a.b}, {@code a[b]} and {@code a[b:c]}. */
final class Attributes {

  private static final Set<String> CHANGES =
      Set.of(
          "append",
          "clear",
          "extend",
          "insert",
          "pop",
          "popitem",
          "remove",
          "reverse",
          "setdefault",
          "sort",
          "update");

  private final Budget budget;
  private final Operators operators;
  private final TextMethods textMethods;

  Attributes(Budget budget, Operators operators) {
    this.budget = budget;
    this.operators = operators;
    this.textMethods = new TextMethods(budget, operators);
  }

  /** A method comes before an entry of the same name, as in Jinja. */
  Value attribute(Value target, String name) {
    requirePublic(name);
    return method(target, name)
        .orElseGet(() ->
            target instanceof Value.Dict(Map<String, Value> entries, _)
                ? entry(entries, name)
                : missing(target, name));
  }

  /** An entry comes before a method of the same name, as in Jinja. */
  Value item(Value target, Value key) {
    return switch (target) {
      case Value.Undefined(String what) -> throw new Refusal(what + " is undefined");
      case Value.Dict(Map<String, Value> entries, _)
          when key instanceof Value.Text(String name) && entries.containsKey(name) ->
          entry(entries, name);
      case Value.Seq(_, List<Value> items, _) when isIndex(key) ->
          place(items.size(), index(key)).map(items::get).orElseGet(() -> missing(target, key));
      case Value.Text(String text) when isIndex(key) -> {
        budget.claim(text.length());
        int[] letters = text.codePoints().toArray();
        yield place(letters.length, index(key))
            .<Value>map(i -> new Value.Text(Character.toString(letters[i])))
            .orElseGet(() -> missing(target, key));
      }
      case Value.Stream _, Value.Markup _ -> throw missingItems(target);
      default -> {
        if (key instanceof Value.Text(String name)) {
          requirePublic(name);
          yield method(target, name).orElseGet(() -> missing(target, name));
        }
        yield missing(target, key);
      }
    };
  }

  Value slice(Value target, Optional<Value> start, Optional<Value> stop, Optional<Value> step) {
    long stride = step.map(Attributes::bound).orElse(1L);
    if (stride == 0) {
      throw new Refusal("a slice with step 0");
    }
    return switch (target) {
      case Value.Undefined(String what) -> throw new Refusal(what + " is undefined");
      case Value.Seq(Value.Kind kind, List<Value> items, _) when kind != Value.Kind.VIEW -> {
        budget.claim(items.size());
        List<Value> part = new ArrayList<>();
        places(items.size(), start, stop, stride).forEach(i -> part.add(items.get(i)));
        yield new Value.Seq(kind, part);
      }
      case Value.Text(String text) -> {
        budget.claim(2L * text.length());
        int[] letters = text.codePoints().toArray();
        StringBuilder part = new StringBuilder();
        places(letters.length, start, stop, stride).forEach(i -> part.appendCodePoint(letters[i]));
        yield new Value.Text(part.toString());
      }
      default -> throw missingItems(target);
    };
  }

  private static List<Integer> places(
      int size, Optional<Value> start, Optional<Value> stop, long step) {
    long lowest = step > 0 ? 0 : -1;
    long highest = step > 0 ? size : size - 1L;
    long from = limit(start, size, lowest, highest).orElse(step > 0 ? lowest : highest);
    long to = limit(stop, size, lowest, highest).orElse(step > 0 ? highest : lowest);
    List<Integer> places = new ArrayList<>();
    for (long i = from; step > 0 ? i < to : i > to; i += step) {
      places.add((int) i);
      if (Math.abs(step) >= size) {
        break;
      }
    }
    return places;
  }

  private static Optional<Long> limit(Optional<Value> given, int size, long lowest, long highest) {
    return given
        .filter(value -> value != Value.None.NONE)
        .map(Attributes::bound)
        .map(bound -> Math.clamp(bound < 0 ? bound + size : bound, lowest, highest));
  }

  private static long bound(Value value) {
    if (!isIndex(value)) {
      throw new Refusal("a slice: found %s, expected an integer".formatted(Words.kind(value)));
    }
    return index(value);
  }

  private Optional<Value> method(Value target, String name) {
    return switch (target) {
      case Value.Undefined(String what) -> throw new Refusal(what + " is undefined");
      case Value.Dict dict -> dictMethod(dict, name);
      case Value.Seq(Value.Kind kind, _, _)
          when kind == Value.Kind.LIST && CHANGES.contains(name) ->
          throw changing(name);
      case Value.Seq(_, List<Value> items, _) when name.equals("count") ->
          function(
              name,
              given -> {
                Value sought = given.one("value");
                return new Value.Int(
                    items.stream().filter(v -> operators.equal(v, sought)).count());
              });
      case Value.Text(String text) -> textMethods.of(text, name);
      case Value.Markup _ -> throw new Refusal("methods of text that is marked safe are not known");
      case Value.Namespace namespace -> Optional.of(namespace.get(name));
      case Value.Loop loop -> LoopAttributes.of(loop, name);
      default -> Optional.empty();
    };
  }

  private Optional<Value> dictMethod(Value.Dict dict, String name) {
    Map<String, Value> entries = dict.entries();
    return switch (name) {
      case "get" ->
          function(
              name,
              given -> {
                List<Optional<Value>> bound = given.bind(1, "key", "default");
                Value otherwise = bound.getLast().orElse(Value.None.NONE);
                return bound.getFirst().orElseThrow() instanceof Value.Text(String key)
                    ? entries.getOrDefault(key, otherwise)
                    : otherwise;
              });
      case "items" -> function(name, given -> items(entries, given));
      case "keys" ->
          function(
              name,
              given -> {
                given.none();
                return new Value.Seq(Value.Kind.VIEW, operators.texts(entries.keySet()));
              });
      case "values" ->
          function(
              name,
              given -> {
                given.none();
                budget.claim(entries.size());
                return new Value.Seq(Value.Kind.VIEW, new ArrayList<>(entries.values()));
              });
      case "copy" ->
          function(
              name,
              given -> {
                given.none();
                return dict;
              });
      default -> {
        if (Set.of("clear", "pop", "popitem", "setdefault", "update").contains(name)) {
          throw changing(name);
        }
        yield Optional.empty();
      }
    };
  }

  /** Pairs of key and value. */
  Value items(Map<String, Value> entries, Arguments given) {
    given.none();
    budget.claim(3L * entries.size());
    List<Value> pairs = new ArrayList<>();
    entries.forEach((key, value) -> pairs.add(Value.Seq.tuple(new Value.Text(key), value)));
    return new Value.Seq(Value.Kind.VIEW, pairs);
  }

  private static Optional<Value> function(String name, Value.Function.Body body) {
    return Optional.of(new Value.Function(name, body));
  }

  private static void requirePublic(String name) {
    if (name.startsWith("_")) {
      throw new Refusal("the attribute %s is out of reach".formatted(name));
    }
  }

  private static Value entry(Map<String, Value> entries, String name) {
    return entries.getOrDefault(name, new Value.Undefined("the entry '" + name + "'"));
  }

  private static Value missing(Value target, String name) {
    return new Value.Undefined("'%s' of %s".formatted(name, Words.kind(target)));
  }

  private static Value missing(Value target, Value key) {
    return new Value.Undefined(
        "an item of %s under %s".formatted(Words.kind(target), Words.kind(key)));
  }

  private static Refusal missingItems(Value target) {
    return new Refusal(
        "a subscript: found %s, expected a list, a map or text".formatted(Words.kind(target)));
  }

  private static Refusal changing(String name) {
    return new Refusal("%s would change a value in place".formatted(name));
  }

  private static boolean isIndex(Value key) {
    return key instanceof Value.Int || key instanceof Value.Bool;
  }

  private static long index(Value key) {
    return key instanceof Value.Int(long index) ? index : Operators.truth(key) ? 1 : 0;
  }

  private static Optional<Integer> place(int size, long index) {
    long place = index < 0 ? index + size : index;
    return place >= 0 && place < size ? Optional.of((int) place) : Optional.empty();
  }
}
