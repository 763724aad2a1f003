package org.cycleqd.engine;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.cycleqd.random.Draws;

/**
 * Items in a random order, as many of each task at a time: the order that makes those seen a sample
 * of the task.
 *
 * @param block number of items of all tasks together at a time, rounded up to the same for each
 * @param draws of the candidate
 */
record DrawnOrder(int block, Draws draws) implements ItemOrder {

  @Override
  public List<Question> next(List<SeenScores> seen) {
    List<Question> questions = new ArrayList<>();
    int each = Math.ceilDiv(block, seen.size());
    for (int k = 0; k < seen.size(); k++) {
      int task = k;
      Draws own = draws.child(task);
      IntStream.range(0, seen.get(task).size())
          .boxed()
          .sorted(Comparator.comparingLong((Integer item) -> own.bits(item)))
          .filter(item -> !seen.get(task).knows(item))
          .limit(each)
          .forEach(item -> questions.add(new Question(task, item)));
    }
    return questions;
  }
}
