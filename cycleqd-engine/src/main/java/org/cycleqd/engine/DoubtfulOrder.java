package org.cycleqd.engine;

import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The most doubtful items first, of all tasks together: a third of all at once, then a block at a
 * time.
 *
 * @param block number of items at a time
 * @param probabilities of each item to be solved, in task order
 */
record DoubtfulOrder(int block, List<double[]> probabilities) implements ItemOrder {

  private static final int FIRST = 3;

  @Override
  public List<Question> next(List<SeenScores> seen) {
    int all = seen.stream().mapToInt(SeenScores::size).sum();
    boolean first = seen.stream().allMatch(task -> task.seen() == 0);
    return IntStream.range(0, seen.size())
        .boxed()
        .flatMap(task ->
            IntStream.range(0, seen.get(task).size())
                .filter(item -> !seen.get(task).knows(item))
                .mapToObj(item -> new Question(task, item)))
        .sorted(
            Comparator.comparingDouble(
                question -> Math.abs(probabilities.get(question.task())[question.item()] - 0.5)))
        .limit(first ? Math.max(block, all / FIRST) : block)
        .toList();
  }
}
