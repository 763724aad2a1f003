package org.cycleqd.engine;

import java.util.Comparator;
import java.util.List;

/**
 * The fitness that Jenetics sees: all of a candidate's scores. Which score counts as quality
 * changes with the cycle, so archives compare single scores; the natural order compares means, and
 * among equal means the earlier candidate is the greater.
 *
 * @param candidate number of the candidate
 * @param scores one score per task, in task order; empty if the candidate failed
 */
public record CandidateFitness(int candidate, List<Double> scores)
    implements Comparable<CandidateFitness> {

  private static final Comparator<CandidateFitness> ORDER =
      Comparator.comparingDouble(CandidateFitness::mean)
          .thenComparing(CandidateFitness::candidate, Comparator.reverseOrder());

  /** Copies the scores. */
  public CandidateFitness {
    scores = List.copyOf(scores);
  }

  /** The mean over the tasks; minus infinity for a failed candidate. */
  public double mean() {
    return scores.stream()
        .mapToDouble(Double::doubleValue)
        .average()
        .orElse(Double.NEGATIVE_INFINITY);
  }

  @Override
  public int compareTo(CandidateFitness other) {
    return ORDER.compare(this, other);
  }
}
