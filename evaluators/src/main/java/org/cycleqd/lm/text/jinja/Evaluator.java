package org.cycleqd.lm.text.jinja;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Gives expressions their values. */
final class Evaluator {

  private final Budget budget;
  private final Operators operators;
  private final Attributes attributes;
  private final Tests tests;
  private final Filters filters;

  Evaluator(Budget budget) {
    this.budget = budget;
    this.operators = new Operators(budget);
    this.attributes = new Attributes(budget, operators);
    this.tests = new Tests(operators);
    this.filters = new Filters(budget, operators, attributes, tests);
  }

  Value value(Expression expression, Scope scope) {
    budget.enter();
    Value value =
        switch (expression) {
          case Expression.Literal(Value literal) -> literal;
          case Expression.Name(String name) -> scope.get(name);
          case Expression.Sequence(Value.Kind kind, List<Expression> items) ->
              new Value.Seq(kind, values(items, scope));
          case Expression.Mapping(List<Map.Entry<Expression, Expression>> entries) ->
              mapping(entries, scope);
          case Expression.Attribute(Expression target, String name) ->
              attributes.attribute(value(target, scope), name);
          case Expression.Item(Expression target, Expression key) ->
              attributes.item(value(target, scope), value(key, scope));
          case Expression.Slice slice -> slice(slice, scope);
          case Expression.Call(Expression target, Expression.Given given) ->
              call(value(target, scope), given, scope);
          case Expression.Filter(Expression target, String name, Expression.Given given) ->
              filter(value(target, scope), name, given, scope);
          case Expression.Test(Expression target, String name, Expression.Given given) ->
              new Value.Bool(tests.holds(value(target, scope), arguments(name, given, scope)));
          case Expression.Unary(String operator, Expression operand) ->
              unary(operator, value(operand, scope));
          case Expression.Binary binary -> binary(binary, scope);
          case Expression.Comparison comparison -> comparison(comparison, scope);
          case Expression.Concatenation(List<Expression> parts) -> concatenation(parts, scope);
          case Expression.Choice(
                  Expression condition,
                  Expression then,
                  Optional<Expression> otherwise) ->
              Operators.truth(value(condition, scope))
                  ? value(then, scope)
                  : otherwise
                      .map(other -> value(other, scope))
                      .orElse(new Value.Undefined("an 'if' without 'else'"));
        };
    budget.leave();
    return value;
  }

  Value filter(Value value, String name, Expression.Given given, Scope scope) {
    return filters.apply(value, arguments(name, given, scope));
  }

  String text(Expression expression, Scope scope) {
    return Words.of(value(expression, scope), budget);
  }

  boolean holds(Expression expression, Scope scope) {
    return Operators.truth(value(expression, scope));
  }

  List<Value> items(Expression expression, Scope scope) {
    return operators.items(value(expression, scope));
  }

  /** The values that a sequence gives to several variables. */
  List<Value> unpack(Value value, int variables) {
    List<Value> items = operators.items(value);
    if (items.size() != variables) {
      throw new Refusal("found %d values for %d variables".formatted(items.size(), variables));
    }
    return items;
  }

  private List<Value> values(List<Expression> expressions, Scope scope) {
    budget.claim(expressions.size());
    List<Value> values = new ArrayList<>();
    expressions.forEach(expression -> values.add(value(expression, scope)));
    return values;
  }

  private Value mapping(List<Map.Entry<Expression, Expression>> entries, Scope scope) {
    budget.claim(entries.size());
    Map<String, Value> values = new LinkedHashMap<>();
    entries.forEach(entry -> {
      if (!(value(entry.getKey(), scope) instanceof Value.Text(String key))) {
        throw new Refusal("a map: expected keys that are text");
      }
      values.put(key, value(entry.getValue(), scope));
    });
    return new Value.Dict(values);
  }

  private Value slice(Expression.Slice slice, Scope scope) {
    Value target = value(slice.target(), scope);
    return attributes.slice(
        target,
        slice.start().map(bound -> value(bound, scope)),
        slice.stop().map(bound -> value(bound, scope)),
        slice.step().map(bound -> value(bound, scope)).filter(step -> step != Value.None.NONE));
  }

  private Value call(Value target, Expression.Given given, Scope scope) {
    return switch (target) {
      case Value.Function(String name, Value.Function.Body body) ->
          body.call(arguments(name, given, scope));
      case Value.Undefined(String what) -> throw new Refusal(what + " is undefined");
      default ->
          throw new Refusal("found %s, expected something to call".formatted(Words.kind(target)));
    };
  }

  private Arguments arguments(String callee, Expression.Given given, Scope scope) {
    Map<String, Value> named = new LinkedHashMap<>();
    List<Value> positional = values(given.positional(), scope);
    given.named().forEach((name, expression) -> named.put(name, value(expression, scope)));
    return new Arguments(callee, positional, named);
  }

  private Value unary(String operator, Value operand) {
    return switch (operator) {
      case "not" -> new Value.Bool(!Operators.truth(operand));
      case "-" -> operators.arithmetic("*", operand, new Value.Int(-1));
      default -> operators.arithmetic("*", operand, new Value.Int(1));
    };
  }

  private Value binary(Expression.Binary binary, Scope scope) {
    Value left = value(binary.left(), scope);
    return switch (binary.operator()) {
      case "and" -> Operators.truth(left) ? value(binary.right(), scope) : left;
      case "or" -> Operators.truth(left) ? left : value(binary.right(), scope);
      case "+" -> operators.add(left, value(binary.right(), scope));
      case "*" -> operators.multiply(left, value(binary.right(), scope));
      default -> operators.arithmetic(binary.operator(), left, value(binary.right(), scope));
    };
  }

  private Value comparison(Expression.Comparison comparison, Scope scope) {
    Value left = value(comparison.first(), scope);
    for (Expression.Step step : comparison.steps()) {
      Value right = value(step.operand(), scope);
      boolean holds =
          switch (step.operator()) {
            case "==" -> operators.equal(left, right);
            case "!=" -> !operators.equal(left, right);
            case "in" -> operators.contains(right, left);
            case "not in" -> !operators.contains(right, left);
            case "<" -> operators.compare(left, right) < 0;
            case "<=" -> operators.compare(left, right) <= 0;
            case ">" -> operators.compare(left, right) > 0;
            default -> operators.compare(left, right) >= 0;
          };
      if (!holds) {
        return new Value.Bool(false);
      }
      left = right;
    }
    return new Value.Bool(true);
  }

  private Value concatenation(List<Expression> parts, Scope scope) {
    StringBuilder text = new StringBuilder();
    for (Expression part : parts) {
      String words = text(part, scope);
      budget.claim(words.length());
      text.append(words);
    }
    return new Value.Text(text.toString());
  }
}
