package org.cycleqd.lm.text.jinja;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads operators, from the loosest to the tightest; {@link PrimaryParser} reads the rest. */
final class ExpressionParser {

  private final Cursor cursor;
  private final PrimaryParser primary;

  ExpressionParser(Cursor cursor) {
    this.cursor = cursor;
    this.primary = new PrimaryParser(cursor, this);
  }

  /** An expression, or several with commas between them, which make a tuple. */
  Expression tuple(boolean withChoice) {
    Expression first = withChoice ? expression() : or();
    if (!cursor.peek().isOperator(",")) {
      return first;
    }
    List<Expression> items = new ArrayList<>(List.of(first));
    while (cursor.skipOperator(",") && !atEnd()) {
      items.add(withChoice ? expression() : or());
    }
    return new Expression.Sequence(Value.Kind.TUPLE, items);
  }

  Expression expression() {
    cursor.enter();
    Expression expression = or();
    while (cursor.skipName("if")) {
      Expression condition = or();
      Optional<Expression> otherwise =
          cursor.skipName("else") ? Optional.of(expression()) : Optional.empty();
      expression = new Expression.Choice(condition, expression, otherwise);
    }
    cursor.leave();
    return expression;
  }

  Expression.Given arguments() {
    List<Expression> positional = new ArrayList<>();
    Map<String, Expression> named = new LinkedHashMap<>();
    cursor.expectOperator("(");
    while (!cursor.peek().isOperator(")")) {
      if (cursor.peek().isOperator("*") || cursor.peek().isOperator("**")) {
        throw new Refusal("unpacking of arguments with * is not known");
      }
      if (cursor.peek().kind() == Token.Kind.NAME && cursor.peekSecond().isOperator("=")) {
        String name = cursor.next().text();
        cursor.next();
        if (named.put(name, expression()) != null) {
          throw new Refusal("argument %s is given twice".formatted(name));
        }
      } else if (named.isEmpty()) {
        positional.add(expression());
      } else {
        throw new Refusal("found a plain argument after a named one");
      }
      if (!cursor.skipOperator(",")) {
        break;
      }
    }
    cursor.expectOperator(")");
    return new Expression.Given(positional, named);
  }

  /** What comes before a condition of a loop: everything but {@code if}. */
  Expression or() {
    Expression left = and();
    while (cursor.skipName("or")) {
      left = new Expression.Binary("or", left, and());
    }
    return left;
  }

  private Expression and() {
    Expression left = not();
    while (cursor.skipName("and")) {
      left = new Expression.Binary("and", left, not());
    }
    return left;
  }

  private Expression not() {
    if (!cursor.skipName("not")) {
      return comparison();
    }
    cursor.enter();
    Expression operand = not();
    cursor.leave();
    return new Expression.Unary("not", operand);
  }

  private Expression comparison() {
    Expression first = sum();
    List<Expression.Step> steps = new ArrayList<>();
    Optional<String> operator = comparator();
    while (operator.isPresent()) {
      steps.add(new Expression.Step(operator.get(), sum()));
      operator = comparator();
    }
    return steps.isEmpty() ? first : new Expression.Comparison(first, steps);
  }

  private Optional<String> comparator() {
    if (cursor.skipName("in")) {
      return Optional.of("in");
    }
    if (cursor.peek().isName("not") && cursor.peekSecond().isName("in")) {
      cursor.next();
      cursor.next();
      return Optional.of("not in");
    }
    return cursor.skipOneOf("==", "!=", "<=", ">=", "<", ">");
  }

  private Expression sum() {
    Expression left = concatenation();
    Optional<String> operator = cursor.skipOneOf("+", "-");
    while (operator.isPresent()) {
      left = new Expression.Binary(operator.get(), left, concatenation());
      operator = cursor.skipOneOf("+", "-");
    }
    return left;
  }

  private Expression concatenation() {
    List<Expression> parts = new ArrayList<>(List.of(product()));
    while (cursor.skipOperator("~")) {
      parts.add(product());
    }
    return parts.size() == 1 ? parts.getFirst() : new Expression.Concatenation(parts);
  }

  private Expression product() {
    Expression left = power();
    Optional<String> operator = cursor.skipOneOf("*", "//", "/", "%");
    while (operator.isPresent()) {
      left = new Expression.Binary(operator.get(), left, power());
      operator = cursor.skipOneOf("*", "//", "/", "%");
    }
    return left;
  }

  private Expression power() {
    Expression left = primary.unary(true);
    while (cursor.skipOperator("**")) {
      left = new Expression.Binary("**", left, primary.unary(true));
    }
    return left;
  }

  private boolean atEnd() {
    Token token = cursor.peek();
    return switch (token.kind()) {
      case OUTPUT_END, BLOCK_END -> true;
      default -> token.isOperator(")") || token.isOperator("=");
    };
  }
}
