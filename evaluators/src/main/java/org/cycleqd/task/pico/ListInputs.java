package org.cycleqd.task.pico;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.cycleqd.random.Draws;

/**
 * The fixed lists on which the expression of an item is run.
 *
 * <p>They follow from the reference: the numbers it names and their neighbours turn up in the
 * lists, so that {@code a<7} and {@code a<=7} give different results.
 */
final class ListInputs {
  static final int LISTS = 5;
  private static final long SEED = 20_240_918L;
  private static final int SHORTEST = 8;
  private static final int LONGEST = 12;
  private static final int LOWEST = -20;
  private static final int HIGHEST = 40;
  private static final double SHARE_OF_NAMED = 0.3;
  private static final double SHARE_OF_REPEATED = 0.15;
  private static final Pattern NUMBER = Pattern.compile("[0-9]{1,6}");

  private ListInputs() {}

  static List<long[]> of(String reference) {
    List<Integer> named =
        NUMBER.matcher(reference).results().map(MatchResult::group).map(Integer::valueOf).toList();
    List<long[]> lists = new ArrayList<>();
    for (int list = 0; list < LISTS; list++) {
      Choices choices = new Choices(Draws.at(SEED, reference, list));
      long[] values = new long[choices.between(SHORTEST, LONGEST)];
      for (int i = 0; i < values.length; i++) {
        values[i] = value(choices, named, values, i);
      }
      lists.add(values);
    }
    return lists;
  }

  private static long value(Choices choices, List<Integer> named, long[] values, int filled) {
    if (filled > 0 && choices.chance(SHARE_OF_REPEATED)) {
      return values[choices.below(filled)];
    }
    if (!named.isEmpty() && choices.chance(SHARE_OF_NAMED)) {
      int number = choices.of(named);
      return switch (choices.below(4)) {
        case 0 -> number - 1;
        case 1 -> number + 1;
        case 2 -> 2L * number;
        default -> number;
      };
    }
    return choices.between(LOWEST, HIGHEST);
  }
}
