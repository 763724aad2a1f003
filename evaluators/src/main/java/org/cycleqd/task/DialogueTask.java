package org.cycleqd.task;

import java.util.List;
import org.cycleqd.dialogue.Dialogue;

/**
 * A task whose items are dialogues, each with an environment of its own. Its answers are
 * {@linkplain Recording recordings} as text; they are judged by taking the environment through the
 * model's replies once more.
 */
public interface DialogueTask extends Task {

  @Override
  Asking.Talk asking();

  /**
   * An item's environment, not begun.
   *
   * @throws IllegalArgumentException if the item is not this task's
   * @throws org.cycleqd.sandbox.SandboxUnavailableException if no such environment can be had here
   */
  Dialogue<Verdict> open(Item item);

  @Override
  default List<Verdict> judge(List<Item> items, List<String> answers) {
    if (items.size() != answers.size()) {
      throw new IllegalArgumentException(
          "%s: %d items but %d answers".formatted(name(), items.size(), answers.size()));
    }
    List<Recording> recordings = answers.stream().map(Recording::parse).toList();
    return Replays.each(items.size(), i -> Replays.verdict(open(items.get(i)), recordings.get(i)));
  }
}
