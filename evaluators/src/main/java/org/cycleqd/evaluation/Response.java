package org.cycleqd.evaluation;

import java.util.List;
import java.util.stream.IntStream;
import org.cycleqd.task.choice.ChoiceTasks;

/**
 * What a model answered to an item.
 *
 * @param answer as the task's judge takes it: a text, a choice's letter, a text's measure or a
 *     recorded dialogue
 * @param values what the choice is the largest of, one for each choice; else empty
 * @param tokens how many the model wrote or was asked the probability of
 */
public record Response(String answer, List<Double> values, long tokens) {

  /** Copies the values. */
  public Response {
    values = List.copyOf(values);
  }

  /** The choice with the largest value; of equal ones the first. */
  static Response choice(List<Double> values, long tokens) {
    int best =
        IntStream.range(0, values.size())
            .reduce((a, b) -> values.get(b) > values.get(a) ? b : a)
            .orElseThrow();
    return new Response(ChoiceTasks.letter(best), values, tokens);
  }
}
