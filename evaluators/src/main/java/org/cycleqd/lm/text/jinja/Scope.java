package org.cycleqd.lm.text.jinja;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Variables, inside those of the block around. */
final class Scope {

  private final Optional<Scope> outer;
  private final Map<String, Value> variables;

  private Scope(Optional<Scope> outer, Map<String, Value> variables) {
    this.outer = outer;
    this.variables = new HashMap<>(variables);
  }

  static Scope of(Map<String, Value> variables) {
    return new Scope(Optional.empty(), variables);
  }

  Scope inner() {
    return new Scope(Optional.of(this), Map.of());
  }

  Value get(String name) {
    for (Optional<Scope> scope = Optional.of(this); scope.isPresent(); scope = scope.get().outer) {
      Value value = scope.get().variables.get(name);
      if (value != null) {
        return value;
      }
    }
    return new Value.Undefined("'" + name + "'");
  }

  void put(String name, Value value) {
    variables.put(name, value);
  }
}
