package org.cycleqd.task.pico;

import java.util.ArrayList;
import java.util.List;

/** Asks for views of six small files, answered by one line of shell. */
final class PipelineGrammar implements Grammar {
  private static final double SHARE_OF_LOGS = 0.6;
  private static final double SHARE_OF_COUNTS = 0.25;
  private static final int LARGEST_COUNT = 12;
  private static final int LAST_FIELD = 4;

  @Override
  public Pipeline compose(Choices choices, int steps) {
    TextSource source =
        choices.of(choices.chance(SHARE_OF_LOGS) ? TextSource.LOGS : TextSource.COLUMNS);
    String connector = choices.of(ListGrammar.CONNECTORS);
    List<Pipeline.Stage> stages = new ArrayList<>();
    List<String> words = new ArrayList<>();
    words.add(choices.of(source.phrasings()));
    for (int i = 0; i < steps; i++) {
      boolean counting = i == steps - 1 && choices.chance(SHARE_OF_COUNTS);
      Pipeline.Stage stage =
          stage(choices, choices.of(counting ? LineFilter.COUNTS : LineFilter.FILTERS), source);
      stages.add(stage);
      words.add(
          LineFilter.fill(choices.of(stage.filter().phrasings()), stage.first(), stage.second()));
    }
    String first = words.removeFirst();
    return new Pipeline(
        source, List.copyOf(stages), "sh: " + first + " " + String.join(connector, words) + " =>");
  }

  private static Pipeline.Stage stage(Choices choices, LineFilter filter, TextSource source) {
    return switch (filter.operand()) {
      case NONE -> new Pipeline.Stage(filter, "", "");
      case TEXT -> new Pipeline.Stage(filter, choices.of(source.texts()), "");
      case CHARACTER -> new Pipeline.Stage(filter, choices.of(source.characters()), "");
      case PAIR ->
          new Pipeline.Stage(filter, choices.of(source.texts()), choices.of(source.texts()));
      case COUNT -> new Pipeline.Stage(filter, number(choices.between(2, LARGEST_COUNT)), "");
      case FIELD -> new Pipeline.Stage(filter, number(choices.between(1, LAST_FIELD)), "");
    };
  }

  private static String number(int value) {
    return Integer.toString(value);
  }
}
