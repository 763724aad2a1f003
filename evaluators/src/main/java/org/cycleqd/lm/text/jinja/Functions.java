package org.cycleqd.lm.text.jinja;

import java.time.Clock;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The functions that Transformers and Jinja offer to every template. */
final class Functions {

  private final Budget budget;
  private final Clock clock;

  Functions(Budget budget, Clock clock) {
    this.budget = budget;
    this.clock = clock;
  }

  Map<String, Value> all() {
    Map<String, Value> functions = new LinkedHashMap<>();
    add(functions, "range", this::range);
    add(functions, "dict", given -> new Value.Dict(entries(given)));
    add(functions, "namespace", given -> new Value.Namespace(entries(given)));
    add(
        functions,
        "raise_exception",
        given -> {
          throw new Refusal("the template refuses: " + Words.of(given.one("message"), budget));
        });
    add(
        functions,
        "strftime_now",
        given ->
            new Value.Text(DateText.of(ZonedDateTime.now(clock), given.text(given.one("format")))));
    return functions;
  }

  private static void add(Map<String, Value> functions, String name, Value.Function.Body body) {
    functions.put(name, new Value.Function(name, body));
  }

  private Value range(Arguments given) {
    List<Optional<Value>> bound = given.bind(1, "start", "stop", "step");
    long first = given.integer(bound.get(0).orElseThrow());
    long from = bound.get(1).isPresent() ? first : 0;
    long to = bound.get(1).map(given::integer).orElse(first);
    long step = bound.get(2).map(given::integer).orElse(1L);
    if (step == 0) {
      throw new Refusal("range: found step 0");
    }
    List<Value> numbers = new ArrayList<>();
    for (long i = from; step > 0 ? i < to : i > to; i = Math.addExact(i, step)) {
      budget.claim(1);
      numbers.add(new Value.Int(i));
    }
    return new Value.Seq(Value.Kind.VIEW, numbers);
  }

  private static Map<String, Value> entries(Arguments given) {
    Map<String, Value> entries = new LinkedHashMap<>();
    for (Value value : given.positional()) {
      if (!(value instanceof Value.Dict(Map<String, Value> others, _))) {
        throw given.unfit(value, "maps and named arguments");
      }
      entries.putAll(others);
    }
    entries.putAll(given.named());
    return entries;
  }
}
