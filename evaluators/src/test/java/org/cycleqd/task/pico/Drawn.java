package org.cycleqd.task.pico;

import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.cycleqd.random.Draws;
import org.cycleqd.sandbox.Sandbox;
import org.cycleqd.sandbox.SandboxUnavailableException;
import org.cycleqd.task.pico.Runner.Attempt;
import org.junit.jupiter.api.Assumptions;

/** Draws compositions straight from a grammar, and finds a sandbox or skips the test. */
final class Drawn {

  private Drawn() {}

  static <C extends Composition> List<C> meaningful(
      Function<Choices, C> grammar, int count, long seed) {
    return IntStream.range(0, Integer.MAX_VALUE)
        .mapToObj(i -> grammar.apply(new Choices(Draws.at(seed, i))))
        .filter(Composition::meaningful)
        .limit(count)
        .toList();
  }

  static int steps(Choices choices) {
    return choices.between(1, 3);
  }

  static List<Attempt> attempts(List<? extends Composition> compositions) {
    return compositions.stream().map(c -> new Attempt(c.answer(), c.answer())).toList();
  }

  static Sandbox sandbox() {
    try {
      return Sandbox.locate();
    } catch (SandboxUnavailableException missing) {
      Assumptions.abort("neither bwrap nor unshare works on this host");
      throw missing;
    }
  }
}
