package org.cycleqd.engine;

import java.util.List;

/**
 * When a candidate is stopped before all its items are scored: as soon as it is known, or sure
 * enough, that nothing will come of it. A stopped candidate enters no archive.
 */
public sealed interface Stopping {

  /** Least number of items between two looks, if so many are left. */
  int block();

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

    Bounds bounds(List<SeenScores> seen) {
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
      requireError(error);
    }

    Bounds bounds(List<SeenScores> seen) {
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
      requireBinary(number, task);
      return (int) task.sum();
    }
  }

  /**
   * Stops when the predicted probability that an archive takes the candidate, or that it has the
   * best mean, is below {@code error}. The prediction is made from the parents' scores of the same
   * items and from how children so far kept to their parents'. It is a model and no guarantee: how
   * often it errs is to be measured, by replaying a run that stopped nothing. Items must score 0 or
   * 1.
   *
   * @param block see {@link Stopping#block}
   * @param error the probability below which a candidate is stopped, above 0 and below 1
   */
  record Predictive(int block, double error) implements Stopping {

    /** Checks the numbers. */
    public Predictive {
      requireBlock(block);
      requireError(error);
    }

    /** Whether a look makes sense: something was asked, and all of it scores 0 or 1. */
    boolean bounded(List<SeenScores> seen) {
      for (int k = 0; k < seen.size(); k++) {
        requireBinary(k, seen.get(k));
      }
      return seen.stream().anyMatch(task -> task.seen() > 0);
    }
  }

  private static void requireBinary(int number, SeenScores task) {
    if (!task.binary()) {
      throw new SearchException(
          "task %d: statistical stopping needs items that score 0 or 1, found another score"
              .formatted(number));
    }
  }

  private static void requireError(double error) {
    if (!(error > 0 && error < 1)) {
      throw new IllegalArgumentException(
          "error level: found %s, expected a number above 0 and below 1".formatted(error));
    }
  }

  private static void requireBlock(int block) {
    if (block < 1) {
      throw new IllegalArgumentException("block: found %d, expected 1 or more".formatted(block));
    }
  }
}
