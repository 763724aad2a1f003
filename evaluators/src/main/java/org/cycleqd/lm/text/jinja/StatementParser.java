package org.cycleqd.lm.text.jinja;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads text and tags. */
final class StatementParser {

  private final Cursor cursor;
  private final ExpressionParser expressions;
  private final PrimaryParser filters;

  /** Loops around the place, inside the innermost block that is a function of its own. */
  private int loops;

  private StatementParser(Cursor cursor) {
    this.cursor = cursor;
    this.expressions = new ExpressionParser(cursor);
    this.filters = new PrimaryParser(cursor, expressions);
  }

  /** The statements of a template. */
  static List<Statement> parse(String template) {
    Cursor cursor = new Cursor(Lexer.tokens(template));
    try {
      StatementParser parser = new StatementParser(cursor);
      List<Statement> statements = parser.body(Set.of());
      if (cursor.peek().kind() != Token.Kind.END) {
        throw cursor.unexpected("a tag that opens something");
      }
      return statements;
    } catch (Refusal refusal) {
      throw new Located(cursor.peek().line(), refusal);
    }
  }

  /** Statements up to a tag with one of some names, of which the opening is taken. */
  private List<Statement> body(Set<String> ends) {
    cursor.enter();
    List<Statement> statements = new ArrayList<>();
    while (true) {
      Token token = cursor.next();
      switch (token.kind()) {
        case DATA -> statements.add(new Statement.Data(token.line(), token.text()));
        case OUTPUT_BEGIN -> {
          statements.add(new Statement.Output(token.line(), expressions.tuple(true)));
          cursor.expect(Token.Kind.OUTPUT_END, "'}}'");
        }
        case BLOCK_BEGIN -> {
          if (cursor.peek().kind() == Token.Kind.NAME && ends.contains(cursor.peek().text())) {
            cursor.leave();
            return statements;
          }
          statements.add(block(token.line()));
        }
        default -> {
          if (!ends.isEmpty()) {
            throw cursor.unexpected("one of the tags " + ends.stream().sorted().toList());
          }
          cursor.leave();
          return statements;
        }
      }
    }
  }

  private Statement block(int line) {
    String tag = cursor.expect(Token.Kind.NAME, "the name of a tag");
    return switch (tag) {
      case "if" -> choice(line);
      case "for" -> loop(line);
      case "set" -> assignment(line);
      case "macro" -> macro(line);
      case "generation" -> {
        close();
        yield new Statement.Scope(line, function("endgeneration"));
      }
      case "break" -> jump(line, tag, Statement.Flow.BREAK);
      case "continue" -> jump(line, tag, Statement.Flow.CONTINUE);
      default -> throw new Refusal("the tag %s is not known here".formatted(tag));
    };
  }

  private void close() {
    cursor.expect(Token.Kind.BLOCK_END, "'%}'");
  }

  private List<Statement> endedBy(String end) {
    List<Statement> body = body(Set.of(end));
    cursor.next();
    close();
    return body;
  }

  /** A body that no jump leaves. */
  private List<Statement> function(String end) {
    int outer = loops;
    loops = 0;
    List<Statement> body = endedBy(end);
    loops = outer;
    return body;
  }

  private Statement choice(int line) {
    List<Statement.Branch> branches = new ArrayList<>();
    while (true) {
      Expression condition = expressions.tuple(true);
      close();
      branches.add(new Statement.Branch(condition, body(Set.of("elif", "else", "endif"))));
      String tag = cursor.next().text();
      if (!tag.equals("elif")) {
        close();
        return new Statement.If(line, branches, tag.equals("else") ? endedBy("endif") : List.of());
      }
    }
  }

  private Statement loop(int line) {
    List<Statement.Target> targets = new ArrayList<>();
    boolean unpacks = targets(targets);
    if (targets.stream().anyMatch(t -> t.attribute().isPresent() || t.name().equals("loop"))) {
      throw new Refusal("a loop needs plain variables other than 'loop'");
    }
    cursor.expectName("in");
    Expression items = expressions.tuple(false);
    Optional<Expression> filter =
        cursor.skipName("if") ? Optional.of(expressions.expression()) : Optional.empty();
    if (cursor.peek().isName("recursive")) {
      throw new Refusal("recursive loops are not known");
    }
    close();
    loops++;
    List<Statement> body = body(Set.of("else", "endfor"));
    loops--;
    String tag = cursor.next().text();
    close();
    List<Statement> otherwise = tag.equals("else") ? endedBy("endfor") : List.of();
    List<String> names = targets.stream().map(Statement.Target::name).toList();
    return new Statement.For(line, names, unpacks, items, filter, body, otherwise);
  }

  private Statement assignment(int line) {
    List<Statement.Target> targets = new ArrayList<>();
    boolean unpacks = targets(targets);
    if (cursor.skipOperator("=")) {
      Expression value = expressions.tuple(true);
      close();
      return new Statement.Assign(line, targets, unpacks, value);
    }
    if (unpacks) {
      throw cursor.unexpected("'='");
    }
    List<Map.Entry<String, Expression.Given>> chain = new ArrayList<>();
    while (cursor.skipOperator("|")) {
      chain.add(filters.filter());
    }
    close();
    return new Statement.Capture(line, targets.getFirst(), chain, function("endset"));
  }

  /** Reads variables to assign to and tells whether they unpack a sequence. */
  private boolean targets(List<Statement.Target> targets) {
    boolean brackets = cursor.skipOperator("(");
    boolean unpacks = brackets;
    do {
      String name = cursor.expect(Token.Kind.NAME, "the name of a variable");
      if (Set.of("true", "false", "none", "True", "False", "None", "not", "in").contains(name)) {
        throw new Refusal("'%s' cannot be assigned to".formatted(name));
      }
      Optional<String> attribute =
          cursor.skipOperator(".")
              ? Optional.of(cursor.expect(Token.Kind.NAME, "the name of an attribute"))
              : Optional.empty();
      targets.add(new Statement.Target(name, attribute));
      unpacks |= cursor.peek().isOperator(",");
    } while (cursor.skipOperator(",") && cursor.peek().kind() == Token.Kind.NAME);
    if (brackets) {
      cursor.expectOperator(")");
    }
    return unpacks;
  }

  private Statement macro(int line) {
    String name = cursor.expect(Token.Kind.NAME, "the name of a macro");
    List<String> parameters = new ArrayList<>();
    List<Expression> defaults = new ArrayList<>();
    cursor.expectOperator("(");
    while (!cursor.peek().isOperator(")")) {
      parameters.add(cursor.expect(Token.Kind.NAME, "the name of a parameter"));
      if (cursor.skipOperator("=")) {
        defaults.add(expressions.expression());
      } else if (!defaults.isEmpty()) {
        throw new Refusal("a parameter without a default after one that has one");
      }
      if (!cursor.skipOperator(",")) {
        break;
      }
    }
    cursor.expectOperator(")");
    close();
    return new Statement.Macro(line, name, parameters, defaults, function("endmacro"));
  }

  private Statement jump(int line, String tag, Statement.Flow flow) {
    if (loops == 0) {
      throw new Refusal("%s outside a loop".formatted(tag));
    }
    close();
    return new Statement.Jump(line, flow);
  }
}
