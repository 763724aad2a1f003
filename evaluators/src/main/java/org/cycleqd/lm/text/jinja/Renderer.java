package org.cycleqd.lm.text.jinja;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Carries out statements. One for each rendering. */
final class Renderer {

  private final Budget budget;
  private final Evaluator evaluator;
  private int line = 1;

  Renderer(Budget budget) {
    this.budget = budget;
    this.evaluator = new Evaluator(budget);
  }

  /** The line of the statement that was begun last. */
  int line() {
    return line;
  }

  Statement.Flow run(List<Statement> body, Scope scope, StringBuilder out) {
    budget.enter();
    Statement.Flow flow = Statement.Flow.NEXT;
    for (int i = 0; i < body.size() && flow == Statement.Flow.NEXT; i++) {
      flow = run(body.get(i), scope, out);
    }
    budget.leave();
    return flow;
  }

  private Statement.Flow run(Statement statement, Scope scope, StringBuilder out) {
    line = statement.line();
    budget.step();
    switch (statement) {
      case Statement.Data(_, String text) -> budget.write(out, text);
      case Statement.Output(_, Expression expression) ->
          budget.write(out, evaluator.text(expression, scope));
      case Statement.If choice -> {
        return choose(choice, scope, out);
      }
      case Statement.For loop -> {
        return loop(loop, scope, out);
      }
      case Statement.Assign assign -> assign(assign, scope);
      case Statement.Capture capture -> capture(capture, scope);
      case Statement.Macro macro ->
          scope.put(
              macro.name(), new Value.Function(macro.name(), given -> call(macro, given, scope)));
      case Statement.Scope(_, List<Statement> body) -> run(body, scope.inner(), out);
      case Statement.Jump(_, Statement.Flow flow) -> {
        return flow;
      }
    }
    return Statement.Flow.NEXT;
  }

  private Statement.Flow choose(Statement.If choice, Scope scope, StringBuilder out) {
    for (Statement.Branch branch : choice.branches()) {
      if (evaluator.holds(branch.condition(), scope)) {
        return run(branch.body(), scope, out);
      }
    }
    return run(choice.otherwise(), scope, out);
  }

  private Statement.Flow loop(Statement.For loop, Scope scope, StringBuilder out) {
    List<Value> items = evaluator.items(loop.items(), scope);
    if (loop.filter().isPresent()) {
      List<Value> chosen = new ArrayList<>();
      for (Value item : items) {
        Scope inner = scope.inner();
        bind(loop, item, inner);
        if (evaluator.holds(loop.filter().get(), inner)) {
          chosen.add(item);
        }
      }
      items = chosen;
    }
    for (int i = 0; i < items.size(); i++) {
      Scope inner = scope.inner();
      bind(loop, items.get(i), inner);
      inner.put("loop", new Value.Loop(items, i));
      if (run(loop.body(), inner, out) == Statement.Flow.BREAK) {
        break;
      }
    }
    return items.isEmpty() ? run(loop.otherwise(), scope.inner(), out) : Statement.Flow.NEXT;
  }

  private void bind(Statement.For loop, Value item, Scope scope) {
    List<String> targets = loop.targets();
    List<Value> values = loop.unpacks() ? evaluator.unpack(item, targets.size()) : List.of(item);
    for (int i = 0; i < targets.size(); i++) {
      scope.put(targets.get(i), values.get(i));
    }
  }

  private void assign(Statement.Assign assign, Scope scope) {
    List<Statement.Target> targets = assign.targets();
    Value value = evaluator.value(assign.value(), scope);
    List<Value> values =
        assign.unpacks() ? evaluator.unpack(value, targets.size()) : List.of(value);
    for (int i = 0; i < targets.size(); i++) {
      put(targets.get(i), values.get(i), scope);
    }
  }

  private static void put(Statement.Target target, Value value, Scope scope) {
    if (target.attribute().isEmpty()) {
      scope.put(target.name(), value);
    } else if (scope.get(target.name()) instanceof Value.Namespace namespace) {
      namespace.put(target.attribute().get(), value);
    } else {
      throw new Refusal("%s: only a namespace's attributes can be set".formatted(target.name()));
    }
  }

  private void capture(Statement.Capture capture, Scope scope) {
    StringBuilder text = new StringBuilder();
    Scope inner = scope.inner();
    run(capture.body(), inner, text);
    budget.claim(text.length());
    Value value = new Value.Text(text.toString());
    for (Map.Entry<String, Expression.Given> filter : capture.filters()) {
      value = evaluator.filter(value, filter.getKey(), filter.getValue(), inner);
    }
    put(capture.target(), value, scope);
  }

  private Value call(Statement.Macro macro, Arguments given, Scope scope) {
    int caller = line;
    List<String> parameters = macro.parameters();
    List<Optional<Value>> bound = given.bind(0, parameters.toArray(String[]::new));
    Scope inner = scope.inner();
    int plain = parameters.size() - macro.defaults().size();
    for (int i = 0; i < parameters.size(); i++) {
      String name = parameters.get(i);
      Value value;
      if (bound.get(i).isPresent()) {
        value = bound.get(i).get();
      } else if (i < plain) {
        value = new Value.Undefined("parameter '" + name + "'");
      } else {
        value = evaluator.value(macro.defaults().get(i - plain), inner);
      }
      inner.put(name, value);
    }
    StringBuilder text = new StringBuilder();
    run(macro.body(), inner, text);
    budget.claim(text.length());
    line = caller;
    return new Value.Text(text.toString());
  }
}
