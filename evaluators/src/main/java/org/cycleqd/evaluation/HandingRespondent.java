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
import org.cycleqd.lm.LiveModel;
import org.cycleqd.lm.Sampling;
import org.cycleqd.task.Asking;
import org.cycleqd.task.Item;

/** A model in this process that is also handed to programs. */
public final class HandingRespondent implements Respondent {

  private final Respondent other;
  private final LiveModel model;
  private final Handover handover;

  /**
   * Joins a model with the way of handing it over.
   *
   * @param other answers all that no program asks
   */
  public HandingRespondent(Respondent other, LiveModel model, Handover handover) {
    this.other = other;
    this.model = model;
    this.handover = handover;
  }

  @Override
  public Optional<String> identity() {
    return other.identity();
  }

  @Override
  public String chat() {
    return other.chat();
  }

  @Override
  public List<Response> answer(
      Asking asking, List<Item> items, OptionalInt limit, Function<Item, Sampling> sampling)
      throws IOException, InterruptedException {
    return asking instanceof Asking.Program how
        ? handover.answer(model, how, items)
        : other.answer(asking, items, limit, sampling);
  }

  @Override
  public <V> List<Transcript<V>> talk(
      List<? extends Dialogue<V>> dialogues,
      DialogueLimits limits,
      Sampling sampling,
      IntConsumer progress)
      throws IOException, InterruptedException {
    return other.talk(dialogues, limits, sampling, progress);
  }
}
