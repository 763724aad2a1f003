package org.cycleqd.evaluation;

import org.cycleqd.task.Asking;
import org.cycleqd.task.Item;
import org.cycleqd.task.Verdict;

/**
 * One item with its answer and mark.
 *
 * @param task the task's name
 * @param index the item's place among those asked, from 0
 * @param repeat which of the times that it was asked, from 0
 * @param asking how it was put
 * @param seconds of a dialogue from its beginning to its end, whatever else was under way; of other
 *     items the share of the time that their batch took
 */
public record Sample(
    String task,
    int index,
    int repeat,
    Item item,
    Asking asking,
    Response response,
    Verdict verdict,
    double seconds) {

  /** The same at another place. */
  public Sample at(int place) {
    return new Sample(task, place, repeat, item, asking, response, verdict, seconds);
  }
}
