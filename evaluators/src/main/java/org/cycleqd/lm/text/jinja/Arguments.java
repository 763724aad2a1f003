package org.cycleqd.lm.text.jinja;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a function, filter, test or method was called with.
 *
 * @param callee its name, for messages
 */
record Arguments(String callee, List<Value> positional, Map<String, Value> named) {

  /**
   * The arguments in the order of parameters, empty where one is not given.
   *
   * @param required how many of the parameters must be given
   */
  List<Optional<Value>> bind(int required, String... parameters) {
    if (positional.size() > parameters.length) {
      throw new Refusal(
          "%s: found %d arguments, expected at most %d"
              .formatted(callee, positional.size(), parameters.length));
    }
    List<Optional<Value>> bound = new ArrayList<>();
    int used = 0;
    for (int i = 0; i < parameters.length; i++) {
      Value value = named.get(parameters[i]);
      used += value == null ? 0 : 1;
      if (i < positional.size()) {
        if (value != null) {
          throw new Refusal("%s: argument %s is given twice".formatted(callee, parameters[i]));
        }
        value = positional.get(i);
      }
      if (value == null && i < required) {
        throw new Refusal("%s: argument %s is missing".formatted(callee, parameters[i]));
      }
      bound.add(Optional.ofNullable(value));
    }
    if (used < named.size()) {
      throw new Refusal(
          "%s: found arguments %s, expected only %s"
              .formatted(callee, named.keySet(), List.of(parameters)));
    }
    return bound;
  }

  /** Checks that there are none. */
  void none() {
    bind(0);
  }

  /** The only argument. */
  Value one(String parameter) {
    return bind(1, parameter).getFirst().orElseThrow();
  }

  String text(Value value) {
    return switch (value) {
      case Value.Text(String text) -> text;
      case Value.Markup(String text) -> text;
      default -> throw unfit(value, "text");
    };
  }

  long integer(Value value) {
    return switch (value) {
      case Value.Int(long number) -> number;
      case Value.Bool(boolean flag) -> flag ? 1 : 0;
      default -> throw unfit(value, "an integer");
    };
  }

  Refusal unfit(Value value, String expected) {
    return new Refusal("%s: found %s, expected %s".formatted(callee, Words.kind(value), expected));
  }
}
