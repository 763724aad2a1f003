package org.cycleqd.lm.text.jinja;

import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.IntPredicate;
import java.util.function.Predicate;

/** Python's methods of text. */
final class TextMethods {

  private final Budget budget;
  private final Operators operators;

  TextMethods(Budget budget, Operators operators) {
    this.budget = budget;
    this.operators = operators;
  }

  Optional<Value> of(String text, String name) {
    budget.claim(text.length());
    return switch (name) {
      case "strip" -> method(name, given -> strip(text, true, true, given));
      case "lstrip" -> method(name, given -> strip(text, true, false, given));
      case "rstrip" -> method(name, given -> strip(text, false, true, given));
      case "lower" -> plain(name, text.toLowerCase(Locale.ROOT));
      case "upper" -> plain(name, text.toUpperCase(Locale.ROOT));
      case "capitalize" -> plain(name, Characters.capitalize(text));
      case "title" -> plain(name, Characters.title(text, c -> !isCased(c)));
      case "split" -> method(name, given -> split(text, false, given));
      case "rsplit" -> method(name, given -> split(text, true, given));
      case "splitlines" ->
          method(
              name,
              given -> {
                given.none();
                return texts(text, Characters.lines(text));
              });
      case "join" -> method(name, given -> join(text, given));
      case "replace" -> method(name, given -> replace(text, given));
      case "startswith" -> method(name, given -> test(given, text::startsWith));
      case "endswith" -> method(name, given -> test(given, text::endsWith));
      case "removeprefix" ->
          method(
              name,
              given -> {
                String prefix = given.text(given.one("prefix"));
                return text(text.startsWith(prefix) ? text.substring(prefix.length()) : text);
              });
      case "removesuffix" ->
          method(
              name,
              given -> {
                String suffix = given.text(given.one("suffix"));
                return text(
                    text.endsWith(suffix)
                        ? text.substring(0, text.length() - suffix.length())
                        : text);
              });
      case "find" -> method(name, given -> place(text, text.indexOf(given.text(given.one("sub")))));
      case "rfind" ->
          method(name, given -> place(text, text.lastIndexOf(given.text(given.one("sub")))));
      case "count" ->
          method(name, given -> new Value.Int(occurrences(text, given.text(given.one("sub")))));
      case "isspace" -> all(name, text, Characters::isSpace);
      case "isdigit" -> all(name, text, Character::isDigit);
      case "isalpha" -> all(name, text, Character::isLetter);
      default -> Optional.empty();
    };
  }

  /** Replaces all or the first occurrences. */
  Value replace(String text, Arguments given) {
    List<Optional<Value>> bound = given.bind(2, "old", "new", "count");
    String old = given.text(bound.get(0).orElseThrow());
    String fresh = given.text(bound.get(1).orElseThrow());
    long limit = bound.get(2).filter(v -> v != Value.None.NONE).map(given::integer).orElse(-1L);
    long most = occurrences(text, old);
    long times = limit < 0 ? most : Math.min(limit, most);
    budget.claim(text.length() + times * fresh.length());
    if (old.isEmpty()) {
      throw new Refusal("replace: found an empty text to replace, expected some text");
    }
    List<String> parts = Characters.split(text, old, times);
    return text(String.join(fresh, parts));
  }

  Value strip(String text, boolean left, boolean right, Arguments given) {
    Optional<Value> chars = given.bind(0, "chars").getFirst().filter(v -> v != Value.None.NONE);
    IntPredicate dropped =
        chars
            .map(given::text)
            .<IntPredicate>map(set -> c -> set.indexOf(c) >= 0)
            .orElse(Characters::isSpace);
    return text(Characters.strip(text, left, right, dropped));
  }

  private Value split(String text, boolean fromRight, Arguments given) {
    List<Optional<Value>> bound = given.bind(0, "sep", "maxsplit");
    Optional<String> separator =
        bound.getFirst().filter(v -> v != Value.None.NONE).map(given::text);
    long most = bound.getLast().map(given::integer).orElse(-1L);
    long cuts = most < 0 ? Long.MAX_VALUE : most;
    if (separator.isEmpty()) {
      if (fromRight && most >= 0) {
        throw new Refusal("rsplit: a limit without a separator is not known");
      }
      return texts(text, Characters.words(text, cuts));
    }
    if (separator.get().isEmpty()) {
      throw new Refusal("%s: found an empty separator".formatted(given.callee()));
    }
    return texts(
        text,
        fromRight
            ? Characters.splitFromRight(text, separator.get(), cuts)
            : Characters.split(text, separator.get(), cuts));
  }

  private Value join(String separator, Arguments given) {
    List<Value> items = operators.items(given.one("iterable"));
    List<String> parts = items.stream().map(given::text).toList();
    return text(joined(separator, parts));
  }

  /** Joins parts after making sure that there is room. */
  String joined(String separator, List<String> parts) {
    budget.claim((long) separator.length() * parts.size());
    parts.forEach(part -> budget.claim(part.length()));
    return String.join(separator, parts);
  }

  private static Value test(Arguments given, Predicate<String> test) {
    Value sought = given.one("affix");
    List<Value> any =
        sought instanceof Value.Seq(Value.Kind kind, List<Value> items, _)
                && kind == Value.Kind.TUPLE
            ? items
            : Collections.singletonList(sought);
    return new Value.Bool(any.stream().map(given::text).anyMatch(test));
  }

  private static Value place(String text, int index) {
    return new Value.Int(index < 0 ? index : text.codePointCount(0, index));
  }

  private static long occurrences(String text, String sought) {
    if (sought.isEmpty()) {
      return Characters.length(text) + 1L;
    }
    long count = 0;
    for (int at = text.indexOf(sought); at >= 0; at = text.indexOf(sought, at + sought.length())) {
      count++;
    }
    return count;
  }

  private Optional<Value> plain(String name, String result) {
    return method(
        name,
        given -> {
          given.none();
          return text(result);
        });
  }

  private static Optional<Value> all(String name, String text, IntPredicate test) {
    return method(
        name,
        given -> {
          given.none();
          return new Value.Bool(!text.isEmpty() && text.codePoints().allMatch(test));
        });
  }

  private static Optional<Value> method(String name, Value.Function.Body body) {
    return Optional.of(new Value.Function(name, body));
  }

  private Value texts(String whole, List<String> parts) {
    budget.claim(whole.length());
    return Value.Seq.list(operators.texts(parts));
  }

  private Value text(String text) {
    budget.claim(text.length());
    return new Value.Text(text);
  }

  private static boolean isCased(int c) {
    return Character.isUpperCase(c) || Character.isLowerCase(c) || Character.isTitleCase(c);
  }
}
