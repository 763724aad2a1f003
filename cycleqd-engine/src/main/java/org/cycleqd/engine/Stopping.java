package org.cycleqd.engine;

import java.util.List;

/**
 * When a candidate is stopped before all its items are scored: as soon as bounds of its scores say
 * that nothing will come of it. A stopped candidate enters no archive, as it would not have if it
 * had been scored in full.
 */
public sealed interface Stopping {

  /** Least number of items between two looks, if so many are left. */
  int block();

  /** Bounds of the scores, given those of some items, in task order. */
  Bounds bounds(List<SeenScores> seen);

  /**
   * Stops only what no archive can take and what cannot have the best mean, whatever the items not
   * yet asked would score. Archives, and so the rest of the run, are those of a run that stops
   * nothing.
   *
   * @param block see {@link Stopping#block}
   */
  record Lossless(int block) implements Stopping {

    /** Checks the number. */
    public Lossless {
      requireBlock(block);
    }

    @Override
    public Bounds bounds(List<SeenScores> seen) {
      return new Bounds(
          seen.stream().mapToDouble(task -> task.mean(0)).toArray(),
          seen.stream().mapToDouble(task -> task.mean(1)).toArray());
    }
  }

  /**
   * Stops what an archive would take, or what would have the best mean, with a probability of at
   * most {@code error} for each candidate. Items are asked in an order that is drawn for each
   * candidate, and a score's bounds are the prior-posterior-ratio confidence sequence for sampling
   * without replacement (Waudby-Smith and Ramdas, arXiv 2006.04347, section 2), at {@code error}
   * divided by the number of tasks. It holds at all looks together. Items must score 0 or 1.
   *
   * @param block see {@link Stopping#block}
   * @param error the error level, above 0 and below 1
   */
  record Racing(int block, double error) implements Stopping {

    /** Checks the numbers. */
    public Racing {
      requireBlock(block);
      if (!(error > 0 && error < 1)) {
        throw new IllegalArgumentException(
            "error level: found %s, expected a number above 0 and below 1".formatted(error));
      }
    }

    @Override
    public Bounds bounds(List<SeenScores> seen) {
      double[] low = new double[seen.size()];
      double[] high = new double[seen.size()];
      for (int k = 0; k < low.length; k++) {
        SeenScores task = seen.get(k);
        PriorPosteriorRatio solved =
            PriorPosteriorRatio.of(task.size(), task.seen(), solved(k, task), error / low.length);
        low[k] = (double) solved.least() / task.size();
        high[k] = (double) solved.most() / task.size();
      }
      return new Bounds(low, high);
    }

    private static int solved(int number, SeenScores task) {
      if (!task.binary()) {
        throw new SearchException(
            "task %d: racing needs items that score 0 or 1, found another score".formatted(number));
      }
      return (int) task.sum();
    }
  }

  private static void requireBlock(int block) {
    if (block < 1) {
      throw new IllegalArgumentException("block: found %d, expected 1 or more".formatted(block));
    }
  }
}
