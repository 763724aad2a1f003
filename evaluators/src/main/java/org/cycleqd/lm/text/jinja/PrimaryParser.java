package org.cycleqd.lm.text.jinja;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads signs, literals and names with what follows them: attributes, calls, filters and tests. */
final class PrimaryParser {

  private final Cursor cursor;
  private final ExpressionParser expressions;

  PrimaryParser(Cursor cursor, ExpressionParser expressions) {
    this.cursor = cursor;
    this.expressions = expressions;
  }

  /** A filter or test applies to the sign as well. */
  Expression unary(boolean withFilters) {
    cursor.enter();
    Optional<String> sign = cursor.skipOneOf("-", "+");
    Expression expression =
        sign.isPresent() ? new Expression.Unary(sign.get(), unary(false)) : primary();
    expression = postfix(expression);
    cursor.leave();
    return withFilters ? filtersAndTests(expression) : expression;
  }

  /** A filter's name and arguments, after its bar. */
  Map.Entry<String, Expression.Given> filter() {
    StringBuilder name = new StringBuilder(cursor.expect(Token.Kind.NAME, "the name of a filter"));
    while (cursor.skipOperator(".")) {
      name.append('.').append(cursor.expect(Token.Kind.NAME, "the name of a filter"));
    }
    if (!Filters.NAMES.contains(name.toString())) {
      throw new Refusal("the filter %s is not known".formatted(name));
    }
    return Map.entry(
        name.toString(),
        cursor.peek().isOperator("(") ? expressions.arguments() : Expression.Given.NONE);
  }

  private Expression filtersAndTests(Expression start) {
    Expression expression = start;
    while (true) {
      if (cursor.skipOperator("|")) {
        Map.Entry<String, Expression.Given> filter = filter();
        expression = new Expression.Filter(expression, filter.getKey(), filter.getValue());
      } else if (cursor.skipName("is")) {
        expression = test(expression);
      } else if (cursor.peek().isOperator("(")) {
        expression = new Expression.Call(expression, expressions.arguments());
      } else {
        return expression;
      }
    }
  }

  private Expression test(Expression target) {
    boolean negated = cursor.skipName("not");
    String name = cursor.expect(Token.Kind.NAME, "the name of a test");
    if (!Tests.NAMES.contains(name)) {
      throw new Refusal("the test %s is not known".formatted(name));
    }
    Expression.Given given = Expression.Given.NONE;
    if (cursor.peek().isOperator("(")) {
      given = expressions.arguments();
    } else if (startsArgument(cursor.peek())) {
      given = new Expression.Given(List.of(postfix(primary())), Map.of());
    }
    Expression test = new Expression.Test(target, name, given);
    return negated ? new Expression.Unary("not", test) : test;
  }

  private static boolean startsArgument(Token token) {
    return switch (token.kind()) {
      case NAME -> !List.of("else", "or", "and", "if", "in", "not", "is").contains(token.text());
      case STRING, INTEGER, FLOAT -> true;
      case OPERATOR -> token.text().equals("[") || token.text().equals("{");
      default -> false;
    };
  }

  private Expression postfix(Expression start) {
    Expression expression = start;
    while (true) {
      if (cursor.skipOperator(".")) {
        expression =
            cursor.peek().kind() == Token.Kind.INTEGER
                ? new Expression.Item(expression, primary())
                : new Expression.Attribute(
                    expression, cursor.expect(Token.Kind.NAME, "the name of an attribute"));
      } else if (cursor.skipOperator("[")) {
        expression = subscript(expression);
      } else if (cursor.peek().isOperator("(")) {
        expression = new Expression.Call(expression, expressions.arguments());
      } else {
        return expression;
      }
    }
  }

  private Expression subscript(Expression target) {
    Optional<Expression> start = bound();
    if (cursor.skipOperator("]")) {
      return new Expression.Item(
          target, start.orElseThrow(() -> new Refusal("found '[]', expected a subscript")));
    }
    cursor.expectOperator(":");
    Optional<Expression> stop = bound();
    Optional<Expression> step = cursor.skipOperator(":") ? bound() : Optional.empty();
    cursor.expectOperator("]");
    return new Expression.Slice(target, start, stop, step);
  }

  private Optional<Expression> bound() {
    Token token = cursor.peek();
    return token.isOperator(":") || token.isOperator("]")
        ? Optional.empty()
        : Optional.of(expressions.expression());
  }

  private Expression primary() {
    Token token = cursor.peek();
    return switch (token.kind()) {
      case NAME -> name(cursor.next().text());
      case STRING -> strings();
      case INTEGER -> new Expression.Literal(integer(cursor.next().text()));
      case FLOAT ->
          new Expression.Literal(new Value.Real(Double.parseDouble(cursor.next().text())));
      case OPERATOR -> bracketed();
      default -> throw cursor.unexpected("an expression");
    };
  }

  private static Expression name(String name) {
    return switch (name) {
      case "true", "True" -> new Expression.Literal(new Value.Bool(true));
      case "false", "False" -> new Expression.Literal(new Value.Bool(false));
      case "none", "None" -> new Expression.Literal(Value.None.NONE);
      case "and", "or", "not", "is", "in", "if", "else", "elif" ->
          throw new Refusal("found '%s', expected an expression".formatted(name));
      default -> new Expression.Name(name);
    };
  }

  private static Value integer(String digits) {
    try {
      return new Value.Int(Long.parseLong(digits));
    } catch (NumberFormatException e) {
      throw (Refusal)
          new Refusal("found %s, expected an integer of 64 bits".formatted(digits)).initCause(e);
    }
  }

  private Expression strings() {
    StringBuilder text = new StringBuilder();
    while (cursor.peek().kind() == Token.Kind.STRING) {
      text.append(cursor.next().text());
    }
    return new Expression.Literal(new Value.Text(text.toString()));
  }

  private Expression bracketed() {
    if (cursor.skipOperator("(")) {
      if (cursor.skipOperator(")")) {
        return new Expression.Sequence(Value.Kind.TUPLE, List.of());
      }
      Expression inner = expressions.tuple(true);
      cursor.expectOperator(")");
      return inner;
    }
    if (cursor.skipOperator("[")) {
      List<Expression> items = new ArrayList<>();
      while (!cursor.peek().isOperator("]")) {
        items.add(expressions.expression());
        if (!cursor.skipOperator(",")) {
          break;
        }
      }
      cursor.expectOperator("]");
      return new Expression.Sequence(Value.Kind.LIST, items);
    }
    if (cursor.skipOperator("{")) {
      return mapping();
    }
    throw cursor.unexpected("an expression");
  }

  private Expression mapping() {
    List<Map.Entry<Expression, Expression>> entries = new ArrayList<>();
    while (!cursor.peek().isOperator("}")) {
      Expression key = expressions.expression();
      cursor.expectOperator(":");
      entries.add(Map.entry(key, expressions.expression()));
      if (!cursor.skipOperator(",")) {
        break;
      }
    }
    cursor.expectOperator("}");
    return new Expression.Mapping(entries);
  }
}
