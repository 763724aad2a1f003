package org.cycleqd.lm.text.jinja;

import java.util.Set;

/** What may stand behind {@code is}. */
final class Tests {

  static final Set<String> NAMES =
      Set.of(
          "boolean",
          "callable",
          "defined",
          "divisibleby",
          "eq",
          "equalto",
          "even",
          "false",
          "float",
          "ge",
          "greaterthan",
          "gt",
          "in",
          "integer",
          "iterable",
          "le",
          "lessthan",
          "lower",
          "lt",
          "mapping",
          "ne",
          "none",
          "number",
          "odd",
          "sameas",
          "sequence",
          "string",
          "true",
          "undefined",
          "upper");

  private final Operators operators;

  Tests(Operators operators) {
    this.operators = operators;
  }

  boolean holds(Value value, Arguments given) {
    return switch (given.callee()) {
      case "eq", "equalto" -> operators.equal(value, given.one("other"));
      case "ne" -> !operators.equal(value, given.one("other"));
      case "lt", "lessthan" -> operators.compare(value, given.one("other")) < 0;
      case "le" -> operators.compare(value, given.one("other")) <= 0;
      case "gt", "greaterthan" -> operators.compare(value, given.one("other")) > 0;
      case "ge" -> operators.compare(value, given.one("other")) >= 0;
      case "in" -> operators.contains(given.one("seq"), value);
      case "divisibleby" -> given.integer(value) % divisor(given) == 0;
      case "sameas" -> same(value, given.one("other"));
      default -> {
        given.none();
        yield plain(value, given);
      }
    };
  }

  private boolean plain(Value value, Arguments given) {
    return switch (given.callee()) {
      case "defined" -> !(value instanceof Value.Undefined);
      case "undefined" -> value instanceof Value.Undefined;
      case "none" -> value == Value.None.NONE;
      case "string" -> value instanceof Value.Text || value instanceof Value.Markup;
      case "number" -> Operators.isNumber(value);
      case "integer" -> value instanceof Value.Int;
      case "float" -> value instanceof Value.Real;
      case "boolean" -> value instanceof Value.Bool;
      case "true" -> value instanceof Value.Bool(boolean flag) && flag;
      case "false" -> value instanceof Value.Bool(boolean flag) && !flag;
      case "mapping" -> value instanceof Value.Dict;
      case "sequence" -> isSized(value);
      case "iterable" -> isSized(value) || value instanceof Value.Stream;
      case "callable" -> value instanceof Value.Function;
      case "even" -> given.integer(value) % 2 == 0;
      case "odd" -> given.integer(value) % 2 != 0;
      case "lower" -> cased(given.text(value), true);
      case "upper" -> cased(given.text(value), false);
      default -> throw new Refusal("the test %s is not known".formatted(given.callee()));
    };
  }

  /** Python's identity, where it does not depend on the interpreter. */
  private static boolean same(Value a, Value b) {
    if (a instanceof Value.Bool
        || a == Value.None.NONE
        || b instanceof Value.Bool
        || b == Value.None.NONE) {
      return a.equals(b);
    }
    throw new Refusal("sameas is known for true, false and none only");
  }

  private static long divisor(Arguments given) {
    long divisor = given.integer(given.one("num"));
    if (divisor == 0) {
      throw new Refusal("division by zero");
    }
    return divisor;
  }

  private static boolean isSized(Value value) {
    return switch (value) {
      case Value.Text _, Value.Markup _, Value.Seq _, Value.Dict _, Value.Undefined _ -> true;
      default -> false;
    };
  }

  private static boolean cased(String text, boolean lower) {
    return text.codePoints()
            .anyMatch(c -> lower ? Character.isLowerCase(c) : Character.isUpperCase(c))
        && text.codePoints()
            .noneMatch(c -> lower ? Character.isUpperCase(c) : Character.isLowerCase(c));
  }
}
