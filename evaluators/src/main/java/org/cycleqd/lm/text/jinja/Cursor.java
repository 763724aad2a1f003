package org.cycleqd.lm.text.jinja;

import java.util.List;
import java.util.Optional;

/** A place in the tokens of a template. */
final class Cursor {

  private static final int DEEPEST = 100;

  private final List<Token> tokens;
  private int position;
  private int depth;

  Cursor(List<Token> tokens) {
    this.tokens = tokens;
  }

  Token peek() {
    return tokens.get(position);
  }

  Token peekSecond() {
    return tokens.get(Math.min(position + 1, tokens.size() - 1));
  }

  Token next() {
    Token token = tokens.get(position);
    if (token.kind() != Token.Kind.END) {
      position++;
    }
    return token;
  }

  boolean skipOperator(String operator) {
    boolean is = peek().isOperator(operator);
    if (is) {
      next();
    }
    return is;
  }

  boolean skipName(String name) {
    boolean is = peek().isName(name);
    if (is) {
      next();
    }
    return is;
  }

  /** Takes one of some operators, if it comes next. */
  Optional<String> skipOneOf(String... operators) {
    for (String operator : operators) {
      if (skipOperator(operator)) {
        return Optional.of(operator);
      }
    }
    return Optional.empty();
  }

  void expectOperator(String operator) {
    if (!skipOperator(operator)) {
      throw unexpected("'" + operator + "'");
    }
  }

  void expectName(String name) {
    if (!skipName(name)) {
      throw unexpected("'" + name + "'");
    }
  }

  String expect(Token.Kind kind, String expected) {
    if (peek().kind() != kind) {
      throw unexpected(expected);
    }
    return next().text();
  }

  Refusal unexpected(String expected) {
    return new Refusal("found %s, expected %s".formatted(peek().shown(), expected));
  }

  /** Goes one level deeper, so that no template can exhaust the stack. */
  void enter() {
    if (++depth > DEEPEST) {
      throw new Refusal("nested more than %d deep".formatted(DEEPEST));
    }
  }

  void leave() {
    depth--;
  }
}
