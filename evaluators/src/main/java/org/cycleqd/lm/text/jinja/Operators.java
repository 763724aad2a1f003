package org.cycleqd.lm.text.jinja;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Truth, equality, order and arithmetic of Python's values. */
final class Operators {

  private static final int LARGEST_POWER = 64;

  private final Budget budget;

  Operators(Budget budget) {
    this.budget = budget;
  }

  static boolean truth(Value value) {
    return switch (value) {
      case Value.Text(String text) -> !text.isEmpty();
      case Value.Markup(String text) -> !text.isEmpty();
      case Value.Int(long number) -> number != 0;
      case Value.Real(double number) -> number != 0;
      case Value.Bool(boolean flag) -> flag;
      case Value.None _, Value.Undefined _ -> false;
      case Value.Seq seq -> !seq.items().isEmpty();
      case Value.Dict dict -> !dict.entries().isEmpty();
      case Value.Stream _, Value.Namespace _, Value.Function _, Value.Loop _ -> true;
    };
  }

  boolean equal(Value a, Value b) {
    budget.step();
    if (isNumber(a) && isNumber(b)) {
      return isReal(a, b) ? real(a) == real(b) : whole(a) == whole(b);
    }
    return switch (a) {
      case Value.Text(String text) -> {
        budget.claim(text.length());
        yield text.equals(textOf(b));
      }
      case Value.Markup(String text) -> text.equals(textOf(b));
      case Value.Undefined _ -> b instanceof Value.Undefined;
      case Value.Seq(Value.Kind kind, List<Value> items, _) ->
          b instanceof Value.Seq other && kind == other.kind() && equal(items, other.items());
      case Value.Dict(Map<String, Value> entries, _) ->
          b instanceof Value.Dict(Map<String, Value> others, _)
              && entries.keySet().equals(others.keySet())
              && entries.entrySet().stream()
                  .allMatch(
                      e -> equal(e.getValue(), Objects.requireNonNull(others.get(e.getKey()))));
      default -> a.equals(b);
    };
  }

  boolean contains(Value container, Value item) {
    if (container instanceof Value.Text(String text)) {
      budget.claim(text.length());
    }
    return switch (container) {
      case Value.Text(String text) -> text.contains(part(item));
      case Value.Markup(String text) -> text.contains(part(item));
      case Value.Dict(Map<String, Value> entries, _) ->
          item instanceof Value.Text(String key) && entries.containsKey(key);
      default -> items(container).stream().anyMatch(other -> equal(item, other));
    };
  }

  /** What a loop over a value goes through. */
  List<Value> items(Value value) {
    return switch (value) {
      case Value.Seq seq -> seq.items();
      case Value.Stream stream -> stream.read();
      case Value.Dict(Map<String, Value> entries, _) -> texts(entries.keySet());
      case Value.Undefined _ -> List.of();
      case Value.Text(String text) -> {
        budget.claim(text.length());
        yield texts(text.codePoints().mapToObj(Character::toString).toList());
      }
      default ->
          throw new Refusal(
              "found %s, expected something to loop over".formatted(Words.kind(value)));
    };
  }

  List<Value> texts(Iterable<String> texts) {
    List<Value> values = new ArrayList<>();
    texts.forEach(text -> values.add(new Value.Text(text)));
    budget.claim(values.size());
    return values;
  }

  /** Negative, zero or positive, for numbers among themselves and text among itself. */
  int compare(Value a, Value b) {
    if (isNumber(a) && isNumber(b)) {
      return isReal(a, b) ? (int) Math.signum(real(a) - real(b)) : Long.compare(whole(a), whole(b));
    }
    if (a instanceof Value.Text(String left) && b instanceof Value.Text(String right)) {
      budget.claim((long) left.length() + right.length());
      return Characters.compare(left, right);
    }
    throw unfit("<", a, b);
  }

  Value add(Value a, Value b) {
    if (isNumber(a) && isNumber(b)) {
      return arithmetic("+", a, b);
    }
    if (a instanceof Value.Text(String left) && b instanceof Value.Text(String right)) {
      budget.claim((long) left.length() + right.length());
      return new Value.Text(left + right);
    }
    if (a instanceof Value.Seq left
        && b instanceof Value.Seq right
        && left.kind() == right.kind()
        && left.kind() != Value.Kind.VIEW) {
      budget.claim((long) left.items().size() + right.items().size());
      List<Value> joined = new ArrayList<>(left.items());
      joined.addAll(right.items());
      return new Value.Seq(left.kind(), joined);
    }
    throw unfit("+", a, b);
  }

  Value multiply(Value a, Value b) {
    if (a instanceof Value.Text(String text) && b instanceof Value.Int(long times)) {
      int count = Math.clamp(times, 0, Integer.MAX_VALUE);
      budget.claim((long) text.length() * count);
      return new Value.Text(text.repeat(count));
    }
    return a instanceof Value.Int && b instanceof Value.Text
        ? multiply(b, a)
        : arithmetic("*", a, b);
  }

  /** Arithmetic of numbers; the result of division is a float, as Python's. */
  Value arithmetic(String operator, Value a, Value b) {
    if (!isNumber(a) || !isNumber(b)) {
      throw unfit(operator, a, b);
    }
    if ("/ // %".contains(operator) && real(b) == 0) {
      throw new Refusal("division by zero");
    }
    if (operator.equals("/") || isReal(a, b)) {
      return new Value.Real(real(operator, real(a), real(b)));
    }
    try {
      return new Value.Int(whole(operator, whole(a), whole(b)));
    } catch (ArithmeticException e) {
      throw (Refusal) new Refusal("an integer beyond 64 bits").initCause(e);
    }
  }

  private static double real(String operator, double a, double b) {
    return switch (operator) {
      case "+" -> a + b;
      case "-" -> a - b;
      case "*" -> a * b;
      case "/" -> a / b;
      case "//" -> Math.rint((a - remainder(a, b)) / b);
      case "%" -> remainder(a, b);
      default -> throw new Refusal("%s of floats is not known".formatted(operator));
    };
  }

  /** The remainder with the divisor's sign. */
  private static double remainder(double a, double b) {
    double remainder = a % b;
    return remainder != 0 && (remainder < 0) != (b < 0) ? remainder + b : remainder;
  }

  private static long whole(String operator, long a, long b) {
    return switch (operator) {
      case "+" -> Math.addExact(a, b);
      case "-" -> Math.subtractExact(a, b);
      case "*" -> Math.multiplyExact(a, b);
      case "//" -> Math.floorDivExact(a, b);
      case "%" -> Math.floorMod(a, b);
      default -> {
        if (b < 0 || b > LARGEST_POWER) {
          throw new Refusal("a power: found %d, expected 0 to %d".formatted(b, LARGEST_POWER));
        }
        yield BigInteger.valueOf(a).pow((int) b).longValueExact();
      }
    };
  }

  private boolean equal(List<Value> a, List<Value> b) {
    if (a.size() != b.size()) {
      return false;
    }
    for (int i = 0; i < a.size(); i++) {
      if (!equal(a.get(i), b.get(i))) {
        return false;
      }
    }
    return true;
  }

  static boolean isNumber(Value value) {
    return value instanceof Value.Int || value instanceof Value.Real || value instanceof Value.Bool;
  }

  private static boolean isReal(Value a, Value b) {
    return a instanceof Value.Real || b instanceof Value.Real;
  }

  private static double real(Value value) {
    return value instanceof Value.Real(double number) ? number : whole(value);
  }

  private static long whole(Value value) {
    return value instanceof Value.Int(long number)
        ? number
        : value instanceof Value.Bool(boolean flag) && flag ? 1 : 0;
  }

  private static String part(Value item) {
    if (item instanceof Value.Text(String text)) {
      return text;
    }
    throw new Refusal("in: found %s, expected text in text".formatted(Words.kind(item)));
  }

  private static Object textOf(Value value) {
    return switch (value) {
      case Value.Text(String text) -> text;
      case Value.Markup(String text) -> text;
      default -> value;
    };
  }

  private static Refusal unfit(String operator, Value a, Value b) {
    return new Refusal(
        "%s: found %s and %s, expected two numbers, texts or lists"
            .formatted(operator, Words.kind(a), Words.kind(b)));
  }
}
