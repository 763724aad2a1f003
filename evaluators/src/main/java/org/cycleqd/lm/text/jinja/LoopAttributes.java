package org.cycleqd.lm.text.jinja;

import java.util.List;
import java.util.Optional;

/** The attributes of {@code loop}. */
final class LoopAttributes {

  private LoopAttributes() {}

  static Optional<Value> of(Value.Loop loop, String name) {
    int index = loop.index();
    int length = loop.items().size();
    return switch (name) {
      case "index" -> number(index + 1);
      case "index0" -> number(index);
      case "revindex" -> number(length - index);
      case "revindex0" -> number(length - index - 1);
      case "length" -> number(length);
      case "depth" -> number(1);
      case "depth0" -> number(0);
      case "first" -> Optional.of(new Value.Bool(index == 0));
      case "last" -> Optional.of(new Value.Bool(index == length - 1));
      case "previtem" -> neighbour(loop, index - 1);
      case "nextitem" -> neighbour(loop, index + 1);
      case "cycle" -> Optional.of(new Value.Function(name, given -> cycle(loop, given)));
      case "changed" -> throw new Refusal("loop.changed is not known");
      default -> Optional.empty();
    };
  }

  private static Optional<Value> number(int value) {
    return Optional.of(new Value.Int(value));
  }

  private static Optional<Value> neighbour(Value.Loop loop, int index) {
    return Optional.of(
        index >= 0 && index < loop.items().size()
            ? loop.items().get(index)
            : new Value.Undefined("the item beside the loop's"));
  }

  private static Value cycle(Value.Loop loop, Arguments given) {
    List<Value> values = given.positional();
    if (values.isEmpty() || !given.named().isEmpty()) {
      throw new Refusal("cycle: expected values");
    }
    return values.get(loop.index() % values.size());
  }
}
