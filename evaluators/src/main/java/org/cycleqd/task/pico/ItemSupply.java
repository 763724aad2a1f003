package org.cycleqd.task.pico;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.cycleqd.random.Draws;
import org.cycleqd.task.Example;
import org.cycleqd.task.Item;
import org.cycleqd.task.Split;

/**
 * Draws items from a grammar, a quarter of one step, half of two, a quarter of three.
 *
 * <p>A question belongs to the split that a hash of its composition names, so the splits are
 * disjoint whatever the seed.
 */
record ItemSupply(String name, Grammar grammar) {
  private static final long HASH_SEED = 20_240_917L;
  private static final int HARDEST = 3;
  private static final int ATTEMPTS = 1_000;
  private static final int LONGEST = 190;

  List<Item> items(Split split, int count, long seed) {
    return draw(split, count, seed, Composition::key).stream().map(this::item).toList();
  }

  List<Example> training(int count, long seed) {
    return draw(Split.TRAINING, count, seed, Composition::prompt).stream()
        .map(composition -> new Example(composition.prompt(), composition.answer()))
        .toList();
  }

  static Split splitOf(String key) {
    return switch (Draws.at(HASH_SEED, "split", key).below(0, 10)) {
      case 0 -> Split.OPTIMISATION;
      case 1 -> Split.TEST;
      default -> Split.TRAINING;
    };
  }

  private Item item(Composition composition) {
    long digest = Draws.at(HASH_SEED, "id", composition.key()).key();
    return new Item(
        name + "/" + HexFormat.of().toHexDigits(digest),
        composition.prompt(),
        composition.answer(),
        composition.steps());
  }

  private List<Composition> draw(
      Split split, int count, long seed, Function<Composition, String> identity) {
    if (count < 0) {
      throw new IllegalArgumentException(name + ": count must not be negative, was " + count);
    }
    List<Composition> drawn = new ArrayList<>(count);
    Set<String> seen = new HashSet<>();
    int[] easiestLeft = {1};
    for (int index = 0; index < count; index++) {
      Draws draws = Draws.at(seed, name, split, index);
      drawn.add(drawOne(split, draws, stepsAt(index), seen, identity, easiestLeft));
    }
    return drawn;
  }

  /** Goes on to the next difficulty when the asked one has run dry. */
  private Composition drawOne(
      Split split,
      Draws draws,
      int asked,
      Set<String> seen,
      Function<Composition, String> identity,
      int[] easiestLeft) {
    for (int steps = Math.max(asked, easiestLeft[0]); steps <= HARDEST; steps++) {
      for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
        Composition composition =
            grammar.compose(new Choices(draws.child(steps).child(attempt)), steps);
        if (!seen.contains(identity.apply(composition))
            && splitOf(composition.key()) == split
            && composition.prompt().length() + composition.answer().length() < LONGEST
            && composition.meaningful()) {
          seen.add(identity.apply(composition));
          return composition;
        }
      }
      easiestLeft[0] = steps + 1;
    }
    throw new IllegalArgumentException(
        "%s has no more than %d items in split %s".formatted(name, seen.size(), split));
  }

  private static int stepsAt(int index) {
    return switch (index % 4) {
      case 0 -> 1;
      case 3 -> 3;
      default -> 2;
    };
  }
}
