package org.cycleqd.lm.text.jinja;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Something that writes text or changes variables. */
sealed interface Statement {

  /** The line it begins on, from 1. */
  int line();

  record Data(int line, String text) implements Statement {}

  record Output(int line, Expression expression) implements Statement {}

  record If(int line, List<Branch> branches, List<Statement> otherwise) implements Statement {}

  record Branch(Expression condition, List<Statement> body) {}

  record For(
      int line,
      List<String> targets,
      boolean unpacks,
      Expression items,
      Optional<Expression> filter,
      List<Statement> body,
      List<Statement> otherwise)
      implements Statement {}

  record Assign(int line, List<Target> targets, boolean unpacks, Expression value)
      implements Statement {}

  /** A variable, or an attribute of a namespace. */
  record Target(String name, Optional<String> attribute) {}

  /** The text of a block, through filters, as a variable. */
  record Capture(
      int line,
      Target target,
      List<Map.Entry<String, Expression.Given>> filters,
      List<Statement> body)
      implements Statement {}

  record Macro(
      int line,
      String name,
      List<String> parameters,
      List<Expression> defaults,
      List<Statement> body)
      implements Statement {}

  /** A block that marks what an assistant said; it is written as it stands. */
  record Scope(int line, List<Statement> body) implements Statement {}

  record Jump(int line, Flow flow) implements Statement {}

  /** How a body of statements ends. */
  enum Flow {
    NEXT,
    BREAK,
    CONTINUE
  }
}
