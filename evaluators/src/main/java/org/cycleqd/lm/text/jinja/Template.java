package org.cycleqd.lm.text.jinja;

import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A template that was read once and can be rendered often, from several threads at a time. */
public final class Template {

  private final String name;
  private final List<Statement> statements;

  private Template(String name, List<Statement> statements) {
    this.name = name;
    this.statements = statements;
  }

  /**
   * Reads a template.
   *
   * @param name what messages call it
   * @throws TemplateException if it is no template or uses what is not known here
   */
  public static Template parse(String name, String source) {
    try {
      return new Template(name, StatementParser.parse(source));
    } catch (Located located) {
      throw located.in(name);
    }
  }

  /**
   * The text that a template makes of its variables.
   *
   * @param variables strings, integers, floating-point numbers, booleans, null, lists, and maps
   *     with strings as keys
   * @param clock what {@code strftime_now} reads
   * @throws TemplateException if the template refuses its variables, fails or exceeds a limit
   * @throws IllegalArgumentException if a variable is of another type
   */
  public String render(Map<String, ?> variables, Clock clock, Limits limits) {
    Map<String, Value> values = new LinkedHashMap<>();
    Budget budget = new Budget(limits);
    Renderer renderer = new Renderer(budget);
    try {
      values.putAll(new Functions(budget, clock).all());
      variables.forEach((variable, value) -> values.put(variable, value(variable, value)));
      StringBuilder text = new StringBuilder();
      renderer.run(statements, Scope.of(values), text);
      return text.toString();
    } catch (Refusal refusal) {
      throw new TemplateException(name, renderer.line(), refusal);
    }
  }

  private static Value value(String variable, @Nullable Object value) {
    return switch (value) {
      case null -> Value.None.NONE;
      case String text -> new Value.Text(text);
      case Boolean flag -> new Value.Bool(flag);
      case Integer number -> new Value.Int(number);
      case Long number -> new Value.Int(number);
      case Float number -> new Value.Real(number);
      case Double number -> new Value.Real(number);
      case List<?> list -> {
        List<Value> items = new ArrayList<>();
        list.forEach(item -> items.add(value(variable, item)));
        yield Value.Seq.list(items);
      }
      case Map<?, ?> map -> {
        Map<String, Value> entries = new LinkedHashMap<>();
        map.forEach((key, item) -> entries.put(key(variable, key), value(variable, item)));
        yield new Value.Dict(entries);
      }
      default -> throw unfit(variable, value);
    };
  }

  private static String key(String variable, @Nullable Object key) {
    if (key instanceof String text) {
      return text;
    }
    throw unfit(variable, key);
  }

  private static IllegalArgumentException unfit(String variable, @Nullable Object value) {
    return new IllegalArgumentException(
        "variable %s: found %s, expected text, numbers, booleans, null, lists or maps from text"
            .formatted(variable, value == null ? "null" : value.getClass().getName()));
  }
}
