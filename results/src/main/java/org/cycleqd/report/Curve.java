package org.cycleqd.report;

import java.util.ArrayList;
import java.util.List;
import org.cycleqd.archive.ArchiveView;
import org.cycleqd.archive.Metrics;

/**
 * The course of a search: the state of all archives after each inserted candidate.
 *
 * @param archives names of the archives' tasks, in task order
 * @param points by rising candidate number
 */
public record Curve(List<String> archives, List<Point> points) {

  /** Copies both lists and checks that points and archives fit and candidates rise. */
  public Curve {
    archives = List.copyOf(archives);
    points = List.copyOf(points);
    for (int p = 0; p < points.size(); p++) {
      if (points.get(p).best().size() != archives.size()) {
        throw new IllegalArgumentException(
            "candidate %d has %d archives, expected %s"
                .formatted(points.get(p).candidate(), points.get(p).best().size(), archives));
      }
      if (p > 0 && points.get(p).candidate() <= points.get(p - 1).candidate()) {
        throw new IllegalArgumentException(
            "candidate %d follows candidate %d"
                .formatted(points.get(p).candidate(), points.get(p - 1).candidate()));
      }
    }
  }

  /**
   * The archives after one candidate. Lists are in task order.
   *
   * @param candidate number of the candidate that was inserted
   * @param qdScore sum of the elites' quality, per archive
   * @param coverage share of occupied cells in [0, 1], per archive
   * @param best highest quality in [0, 1], per archive; NaN while it is empty
   * @param bestMean highest mean over tasks of any candidate so far, in [0, 1]
   */
  public record Point(
      int candidate,
      List<Double> qdScore,
      List<Double> coverage,
      List<Double> best,
      double bestMean) {

    /** Copies the lists and checks that they are equally long. */
    public Point {
      qdScore = List.copyOf(qdScore);
      coverage = List.copyOf(coverage);
      best = List.copyOf(best);
      if (qdScore.size() != best.size() || coverage.size() != best.size()) {
        throw new IllegalArgumentException(
            "candidate %d has %d QD scores, %d coverages and %d best scores"
                .formatted(candidate, qdScore.size(), coverage.size(), best.size()));
      }
    }

    /** Measures the archives as they are now. */
    public static Point of(int candidate, List<ArchiveView> archives, double bestMean) {
      List<Double> qdScore = new ArrayList<>();
      List<Double> coverage = new ArrayList<>();
      List<Double> best = new ArrayList<>();
      for (ArchiveView archive : archives) {
        Metrics metrics = archive.metrics();
        qdScore.add(metrics.qdScore());
        coverage.add(metrics.coverage());
        best.add(metrics.best());
      }
      return new Point(candidate, qdScore, coverage, best, bestMean);
    }
  }
}
