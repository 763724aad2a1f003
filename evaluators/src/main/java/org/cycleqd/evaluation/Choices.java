package org.cycleqd.evaluation;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.cycleqd.task.Asking.Measure;
import org.cycleqd.task.Item;

/**
 * The questions about probabilities that items with choices come down to.
 *
 * @param parts all continuations of all items, in order; for {@link Measure#MUTUAL_INFORMATION}
 *     each choice twice, the second time after {@link #ALONE}
 */
record Choices(Measure by, List<Item> items, List<Part> parts) {
  private static final String ALONE = "Answer:";

  /** A continuation, beginning with a space. */
  record Part(String prompt, String continuation) {}

  /** A continuation's log-probability and its length in tokens. */
  record Found(double logProbability, long tokens) {}

  static Choices of(Measure by, List<Item> items) {
    List<Part> parts = new ArrayList<>();
    for (Item item : items) {
      for (String choice : item.choices()) {
        parts.add(new Part(item.prompt(), " " + choice));
        if (by == Measure.MUTUAL_INFORMATION) {
          parts.add(new Part(ALONE, " " + choice));
        }
      }
    }
    return new Choices(by, items, parts);
  }

  List<Response> responses(List<Found> found) {
    List<Response> responses = new ArrayList<>();
    int at = 0;
    for (Item item : items) {
      List<Double> values = new ArrayList<>();
      long tokens = 0;
      for (String choice : item.choices()) {
        Found own = found.get(at++);
        tokens += own.tokens();
        values.add(
            switch (by) {
              case RAW -> own.logProbability();
              case BYTES -> own.logProbability() / choice.getBytes(StandardCharsets.UTF_8).length;
              case MUTUAL_INFORMATION -> own.logProbability() - found.get(at++).logProbability();
            });
      }
      responses.add(Response.choice(values, tokens));
    }
    return responses;
  }
}
