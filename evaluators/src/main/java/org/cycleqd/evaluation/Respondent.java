package org.cycleqd.evaluation;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;
import java.util.function.IntConsumer;
import org.cycleqd.dialogue.Dialogue;
import org.cycleqd.dialogue.DialogueLimits;
import org.cycleqd.dialogue.Transcript;
import org.cycleqd.lm.Sampling;
import org.cycleqd.task.Asking;
import org.cycleqd.task.Item;

/** A model that items are put to. One thread at a time. */
public interface Respondent {

  /** What names the model by its content, where it is known; answers are only kept for such. */
  Optional<String> identity();

  /**
   * What decides on the model's replies in dialogues beside its weights, such as its chat template,
   * as text.
   */
  default String chat() {
    return "";
  }

  /**
   * Answers items.
   *
   * @param limit most tokens of an answer, in place of the task's
   * @param sampling how the tokens of an item's answer are chosen, where the model writes one
   * @return in the order of the items
   * @throws IllegalArgumentException if an item does not fit into the model's context
   */
  List<Response> answer(
      Asking asking, List<Item> items, OptionalInt limit, Function<Item, Sampling> sampling)
      throws IOException, InterruptedException;

  /**
   * Carries on dialogues, many at a time.
   *
   * @param sampling how replies are chosen; see {@link org.cycleqd.dialogue.Conversations}
   * @param progress told how many are over
   * @return in the order of the dialogues, each of which is closed
   * @throws IllegalArgumentException if the model has no chat template, or its template refuses
   */
  <V> List<Transcript<V>> talk(
      List<? extends Dialogue<V>> dialogues,
      DialogueLimits limits,
      Sampling sampling,
      IntConsumer progress)
      throws IOException, InterruptedException;
}
