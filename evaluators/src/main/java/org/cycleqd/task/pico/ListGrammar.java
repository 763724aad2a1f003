package org.cycleqd.task.pico;

import java.util.ArrayList;
import java.util.List;

/** Asks for transformations of a list {@code x} of whole numbers, answered in Python. */
final class ListGrammar implements Grammar {
  static final List<String> CONNECTORS = List.of(" then ", ", ", ", then ", " and ");
  private static final double SHARE_OF_AGGREGATES = 0.25;
  private static final int LARGEST_ALONE = 199;
  private static final int LARGEST_IN_CHAIN = 20;
  private static final int LARGEST_COUNT = 6;

  @Override
  public ListProgram compose(Choices choices, int steps) {
    String connector = choices.of(CONNECTORS);
    List<ListProgram.Step> chain = new ArrayList<>();
    List<String> words = new ArrayList<>();
    for (int i = 0; i < steps; i++) {
      boolean aggregate = i == steps - 1 && choices.chance(SHARE_OF_AGGREGATES);
      ListOperation operation =
          choices.of(aggregate ? ListOperation.AGGREGATES : ListOperation.LISTS);
      int number =
          switch (operation.operand()) {
            case NONE -> 0;
            case VALUE -> choices.between(2, steps == 1 ? LARGEST_ALONE : LARGEST_IN_CHAIN);
            case COUNT -> choices.between(2, LARGEST_COUNT);
          };
      chain.add(new ListProgram.Step(operation, number));
      words.add(choices.of(operation.phrasings()).replace("#", Integer.toString(number)));
    }
    return new ListProgram(List.copyOf(chain), "py: " + String.join(connector, words) + " =>");
  }
}
