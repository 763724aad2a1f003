package org.cycleqd.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.cycleqd.random.Draws;

/**
 * How probable it is that something comes of a candidate, given the items that were asked and a
 * probability for each of the others: the predictive probability by which trials are stopped for
 * futility (Lee and Liu, Clinical Trials 5, 2008).
 *
 * <p>A child may be better or worse at a task than its parents. So the log-odds of all items of a
 * task are shifted together, by one of a few amounts whose weights follow from the items that were
 * asked. The number of solved items then has a mixture of Poisson binomial distributions. Tasks are
 * independent, given what was asked.
 */
final class ScorePrediction {

  private static final double[] SHIFTS = {-1, -0.5, 0, 0.5, 1};
  private static final double[] WEIGHTS = {0.1, 0.2, 0.4, 0.2, 0.1};
  private static final int DRAWN = 1000;

  private final List<SeenScores> seen;
  private final List<double[]> cumulative = new ArrayList<>();

  /**
   * Predicts the scores of a candidate.
   *
   * @param probabilities of each item to be solved, in (0, 1), in task order
   */
  ScorePrediction(List<SeenScores> seen, List<double[]> probabilities) {
    this.seen = seen;
    for (int task = 0; task < seen.size(); task++) {
      double[] distribution = distribution(seen.get(task), probabilities.get(task));
      for (int i = 1; i < distribution.length; i++) {
        distribution[i] += distribution[i - 1];
      }
      cumulative.add(distribution);
    }
  }

  /** The share of drawn outcomes to which the bars are not closed. */
  double open(Bars bars, Draws draws) {
    int open = 0;
    double[] scores = new double[seen.size()];
    for (int draw = 0; draw < DRAWN; draw++) {
      for (int task = 0; task < scores.length; task++) {
        double[] own = cumulative.get(task);
        double at = draws.child(task).uniform(draw) * own[own.length - 1];
        int solved = 0;
        while (own[solved] <= at) {
          solved++;
        }
        scores[task] = (seen.get(task).sum() + solved) / seen.get(task).size();
      }
      open += bars.closed(new Bounds(scores, scores)) ? 0 : 1;
    }
    return (double) open / DRAWN;
  }

  /** Of the number of solved ones among the items that were not asked; not normalised. */
  private static double[] distribution(SeenScores seen, double[] probabilities) {
    double[] logWeights = new double[SHIFTS.length];
    double[][] counts = new double[SHIFTS.length][];
    for (int s = 0; s < SHIFTS.length; s++) {
      double shift = SHIFTS[s];
      double[] shifted =
          IntStream.range(0, seen.size())
              .mapToDouble(item -> shifted(probabilities[item], shift))
              .toArray();
      logWeights[s] = StrictMath.log(WEIGHTS[s]);
      counts[s] = new double[] {1};
      for (int item = 0; item < shifted.length; item++) {
        if (seen.knows(item)) {
          double score = seen.get(item);
          logWeights[s] +=
              score * StrictMath.log(shifted[item])
                  + (1 - score) * StrictMath.log(1 - shifted[item]);
        } else {
          counts[s] = with(counts[s], shifted[item]);
        }
      }
    }
    double greatest =
        IntStream.range(0, SHIFTS.length).mapToDouble(s -> logWeights[s]).max().orElse(0);
    double[] mixture = new double[seen.size() - seen.seen() + 1];
    for (int s = 0; s < SHIFTS.length; s++) {
      double weight = StrictMath.exp(logWeights[s] - greatest);
      for (int i = 0; i < mixture.length; i++) {
        mixture[i] += weight * counts[s][i];
      }
    }
    return mixture;
  }

  private static double shifted(double probability, double shift) {
    return 1 / (1 + (1 - probability) / probability * StrictMath.exp(-shift));
  }

  /** The distribution of a count with one more item. */
  private static double[] with(double[] counts, double probability) {
    double[] more = new double[counts.length + 1];
    for (int i = 0; i < counts.length; i++) {
      more[i] += counts[i] * (1 - probability);
      more[i + 1] += counts[i] * probability;
    }
    return more;
  }
}
