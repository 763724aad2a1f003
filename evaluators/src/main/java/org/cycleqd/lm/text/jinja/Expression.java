package org.cycleqd.lm.text.jinja;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Something that has a value. */
sealed interface Expression {

  record Literal(Value value) implements Expression {}

  record Name(String name) implements Expression {}

  record Sequence(Value.Kind kind, List<Expression> items) implements Expression {}

  record Mapping(List<Map.Entry<Expression, Expression>> entries) implements Expression {}

  record Attribute(Expression target, String name) implements Expression {}

  record Item(Expression target, Expression key) implements Expression {}

  record Slice(
      Expression target,
      Optional<Expression> start,
      Optional<Expression> stop,
      Optional<Expression> step)
      implements Expression {}

  record Call(Expression target, Given given) implements Expression {}

  record Filter(Expression target, String name, Given given) implements Expression {}

  record Test(Expression target, String name, Given given) implements Expression {}

  record Unary(String operator, Expression operand) implements Expression {}

  record Binary(String operator, Expression left, Expression right) implements Expression {}

  record Comparison(Expression first, List<Step> steps) implements Expression {}

  /** One link of a chain such as {@code a < b <= c}. */
  record Step(String operator, Expression operand) {}

  /** The parts that {@code ~} joins. */
  record Concatenation(List<Expression> parts) implements Expression {}

  record Choice(Expression condition, Expression then, Optional<Expression> otherwise)
      implements Expression {}

  /** The arguments of a call. */
  record Given(List<Expression> positional, Map<String, Expression> named) {
    static final Given NONE = new Given(List.of(), Map.of());
  }
}
