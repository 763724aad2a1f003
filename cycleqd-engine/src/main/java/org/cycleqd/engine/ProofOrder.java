package org.cycleqd.engine;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;

/**
 * The items that would, if a guess at the scores were right, leave the fewest unasked when the
 * candidate is stopped.
 *
 * <p>What counts of a task is how many asked items were solved and how many were not: the first
 * raise the lower bound of its score, the others lower the upper bound. So a plan begins with all
 * items asked, each with its guessed score, and takes away again, one task and one kind after the
 * other, what the bars are closed without. What is left is asked, the surest items first. Where the
 * guess says that the candidate will be taken, half of what is left is asked, the most doubtful
 * first. A wrong guess costs items, never correctness.
 */
final class ProofOrder implements ItemOrder {

  private static final int LONGEST_STRIDE = 32;

  private final int block;
  private final Bars bars;
  private final List<double[]> expected;

  /**
   * An order for one candidate.
   *
   * @param block least number of items at a time
   * @param expected a guess at the score of every item, in [0, 1], in task order
   */
  ProofOrder(int block, Bars bars, List<double[]> expected) {
    this.block = block;
    this.bars = bars;
    this.expected = List.copyOf(expected);
  }

  /** A task's items that are not asked yet, the least likely to be solved first. */
  private record Open(int task, SeenScores seen, List<Integer> items, int solved) {

    int failed() {
      return items.size() - solved;
    }
  }

  @Override
  public List<Question> next(List<SeenScores> seen) {
    List<Open> open =
        IntStream.range(0, seen.size()).mapToObj(task -> open(task, seen.get(task))).toList();
    int[][] spared = new int[seen.size()][2];
    Set<Question> questions =
        new TreeSet<>(Comparator.comparingInt(Question::task).thenComparingInt(Question::item));
    if (closed(open, spared)) {
      spare(open, spared);
      for (int k = 0; k < open.size(); k++) {
        Open task = open.get(k);
        List<Integer> items = task.items();
        ask(questions, k, items.subList(0, task.failed() - spared[k][0]));
        ask(questions, k, items.subList(task.failed() + spared[k][1], items.size()));
      }
    } else {
      for (Open task : open) {
        ask(
            questions,
            task.task(),
            doubtful(task).subList(0, Math.ceilDiv(task.items().size(), 2)));
      }
    }
    fill(questions, open);
    return List.copyOf(questions);
  }

  private Open open(int task, SeenScores seen) {
    double[] guess = expected.get(task);
    List<Integer> items =
        IntStream.range(0, seen.size())
            .filter(item -> !seen.knows(item))
            .boxed()
            .sorted(Comparator.comparingDouble(item -> guess[item]))
            .toList();
    double sum = items.stream().mapToDouble(item -> guess[item]).sum();
    return new Open(task, seen, items, Math.clamp(Math.round(sum), 0, items.size()));
  }

  private List<Integer> doubtful(Open task) {
    double[] guess = expected.get(task.task());
    return task.items().stream()
        .sorted(Comparator.comparingDouble(item -> Math.abs(guess[item] - 0.5)))
        .toList();
  }

  private static void ask(Set<Question> questions, int task, List<Integer> items) {
    items.forEach(item -> questions.add(new Question(task, item)));
  }

  /** Takes away from the plan in strides, long ones first. */
  private void spare(List<Open> open, int[][] spared) {
    for (int stride = LONGEST_STRIDE; stride >= 1; stride /= 2) {
      boolean more = true;
      while (more) {
        more = false;
        for (int k = 0; k < spared.length; k++) {
          for (int kind = 0; kind < 2; kind++) {
            int most = kind == 0 ? open.get(k).failed() : open.get(k).solved();
            if (spared[k][kind] + stride <= most) {
              spared[k][kind] += stride;
              if (closed(open, spared)) {
                more = true;
              } else {
                spared[k][kind] -= stride;
              }
            }
          }
        }
      }
    }
  }

  /** Whether the plan without some failed (0) and solved (1) items of each task would stop. */
  private boolean closed(List<Open> open, int[][] spared) {
    double[] low = new double[open.size()];
    double[] high = new double[open.size()];
    for (int k = 0; k < low.length; k++) {
      Open task = open.get(k);
      double sum = task.seen().sum() + task.solved();
      low[k] = (sum - spared[k][1]) / task.seen().size();
      high[k] = (sum + spared[k][0]) / task.seen().size();
    }
    return bars.closed(new Bounds(low, high));
  }

  /** Adds items until there are enough of them, the same number of each task as far as it has. */
  private void fill(Set<Question> questions, List<Open> open) {
    int left = open.stream().mapToInt(task -> task.items().size()).sum();
    int wanted = Math.min(left, Math.max(1, block));
    int[] next = new int[open.size()];
    int before = -1;
    while (questions.size() < wanted && Arrays.stream(next).sum() != before) {
      before = Arrays.stream(next).sum();
      for (Open task : open) {
        int k = task.task();
        while (next[k] < task.items().size()
            && !questions.add(new Question(k, task.items().get(next[k])))) {
          next[k]++;
        }
      }
    }
  }
}
