package org.cycleqd.engine;

import java.util.List;
import org.cycleqd.archive.Axis;
import org.cycleqd.archive.Range;

/**
 * How tasks become axes.
 *
 * @param bins bins per axis; 15 in the paper
 * @param lowFactor lower end of a range over the worst expert's score; 0.85 in the paper
 * @param highFactor upper end of a range over the best expert's score; 1.15 in the paper
 */
public record GridRule(int bins, double lowFactor, double highFactor) {

  /** The paper's grid (arXiv 2410.14735, section 4.1.2). */
  public static final GridRule PAPER = new GridRule(15, 0.85, 1.15);

  /** Checks the bins and the order of the factors. */
  public GridRule {
    if (bins < 1) {
      throw new IllegalArgumentException("bins must be positive, was " + bins);
    }
    if (!(lowFactor >= 0) || !(lowFactor < highFactor) || !Double.isFinite(highFactor)) {
      throw new IllegalArgumentException(
          "range factors must be 0 <= low < high, got %s and %s".formatted(lowFactor, highFactor));
    }
  }

  Axis axis(SearchTask task, List<Double> expertScores) {
    Range range = task.range();
    return Axis.of(
        task.name(),
        range == null ? Range.aroundExperts(expertScores, lowFactor, highFactor) : range,
        bins);
  }
}
