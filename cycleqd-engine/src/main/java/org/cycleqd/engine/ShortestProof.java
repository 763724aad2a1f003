package org.cycleqd.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.cycleqd.archive.Axis;

/**
 * How many items of a candidate need not be asked by one who knows all its scores and only has to
 * prove that nothing comes of it: the most that any lossless rule could save. Items score 0 or 1,
 * so what counts of a task is how many solved and how many failed ones are asked.
 *
 * <p>Sparing more never makes a proof of none, so the search is over a set that is closed
 * downwards, one kind of item of one task after the other, with what the remaining ones could add
 * alone as the bound.
 */
final class ShortestProof {

  private final Bars bars;
  private final Optional<List<Axis>> axes;
  private final int[] items;
  private final int[] solved;
  private final int[] spared;
  private int best;

  private ShortestProof(Bars bars, Optional<List<Axis>> axes, int[] items, int[] solved) {
    this.bars = bars;
    this.axes = axes;
    this.items = items;
    this.solved = solved;
    this.spared = new int[2 * items.length];
  }

  /**
   * The number of items that can be spared; 0 if there is no proof.
   *
   * @param axes of grids, one per task, which make it quick; none where cells are others
   * @param evaluation the candidate's scores, 0 or 1 for each item
   */
  static int spares(Bars bars, Optional<List<Axis>> axes, Evaluation evaluation) {
    int[] items = evaluation.tasks().stream().mapToInt(ItemScores::size).toArray();
    int[] solved =
        evaluation.tasks().stream()
            .mapToInt(task -> (int) Math.round(task.mean() * task.size()))
            .toArray();
    ShortestProof proof = new ShortestProof(bars, axes, items, solved);
    if (proof.closed()) {
      proof.search(0, 0);
    }
    return proof.best;
  }

  private boolean closed() {
    double[] low = new double[items.length];
    double[] high = new double[items.length];
    for (int k = 0; k < items.length; k++) {
      low[k] = (double) (solved[k] - spared[k]) / items[k];
      high[k] = (double) (solved[k] + spared[items.length + k]) / items[k];
    }
    return bars.closed(new Bounds(low, high));
  }

  private int most(int kind) {
    int task = kind % items.length;
    return kind < items.length ? solved[task] : items[task] - solved[task];
  }

  /** The largest number of one kind that can be spared beside what is spared already. */
  private int alone(int kind) {
    int known = 0;
    int refused = most(kind) + 1;
    while (refused - known > 1) {
      int middle = (known + refused) >>> 1;
      spared[kind] = middle;
      if (closed()) {
        known = middle;
      } else {
        refused = middle;
      }
    }
    spared[kind] = 0;
    return known;
  }

  private void search(int kind, int sum) {
    if (kind == spared.length) {
      best = Math.max(best, sum);
      return;
    }
    int own = alone(kind);
    int others = 0;
    for (int later = kind + 1; later < spared.length; later++) {
      others += alone(later);
    }
    for (int number : choices(kind, own)) {
      if (sum + number + others <= best) {
        break; // smaller numbers bring even less
      }
      spared[kind] = number;
      search(kind + 1, sum + number);
    }
    spared[kind] = 0;
  }

  /**
   * The numbers worth trying, the largest first. Spared solved items lower the lower bound, which
   * matters only by the bins that it reaches; of numbers that reach the same the largest is best.
   */
  private List<Integer> choices(int kind, int own) {
    List<Integer> numbers = new ArrayList<>();
    for (int number = own; number >= 0; number--) {
      if (number == own || kind >= items.length || bin(kind, number) != bin(kind, number + 1)) {
        numbers.add(number);
      }
    }
    return numbers;
  }

  /** The lowest bin of a task that is reached when so many solved items are spared. */
  private int bin(int task, int number) {
    double low = (double) (solved[task] - number) / items[task];
    return axes.map(grid -> grid.get(task).bin(low)).orElse(number);
  }
}
