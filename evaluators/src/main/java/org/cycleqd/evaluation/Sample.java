package org.cycleqd.evaluation;

import org.cycleqd.task.Asking;
import org.cycleqd.task.Item;
import org.cycleqd.task.Verdict;

/**
 * One item with its answer and mark.
 *
 * @param task the task's name
 * @param index the item's place among those asked, from 0
 * @param asking how it was put
 * @param seconds the item's share of the time that its batch took
 */
public record Sample(
    String task,
    int index,
    Item item,
    Asking asking,
    Response response,
    Verdict verdict,
    double seconds) {

  /** The same answer with another mark. */
  public Sample marked(Verdict other) {
    return new Sample(task, index, item, asking, response, other, seconds);
  }
}
