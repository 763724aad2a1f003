package org.cycleqd.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.cycleqd.figure.ArchiveHeatMap;
import org.cycleqd.figure.Figure;
import org.cycleqd.figure.MethodFigure;
import org.cycleqd.figure.ProgressFigure;
import org.cycleqd.figure.SimilarityHeatMap;

/**
 * The figures of a report.
 *
 * @param methods scores per method, if any method was scored
 * @param archives a heat map per archive
 * @param progress the course of the search, if it has begun
 * @param similarities a heat map per measure
 */
public record ReportFigures(
    Optional<Figure> methods,
    List<Figure> archives,
    Optional<Figure> progress,
    List<Figure> similarities) {

  /** Copies the lists. */
  public ReportFigures {
    archives = List.copyOf(archives);
    similarities = List.copyOf(similarities);
  }

  /** Draws what the content has. */
  public static ReportFigures of(ReportContent content) {
    List<String> tasks = content.run().tasks();
    Summary summary = content.summary();
    return new ReportFigures(
        summary.methods().isEmpty() ? Optional.empty() : Optional.of(methods(summary)),
        content.archives().stream()
            .map(archive -> ArchiveHeatMap.of(archive, tasks, content.seeds()))
            .toList(),
        content.curve().points().isEmpty()
            ? Optional.empty()
            : Optional.of(progress(content.curve())),
        content.similarities().stream()
            .map(similarity ->
                SimilarityHeatMap.of(
                    similarity.title(), similarity.experts(), similarity.cosines()))
            .toList());
  }

  /** All figures, for writing them to files by their names. */
  public List<Figure> all() {
    List<Figure> all = new ArrayList<>();
    methods.ifPresent(all::add);
    all.addAll(archives);
    progress.ifPresent(all::add);
    all.addAll(similarities);
    return List.copyOf(all);
  }

  /**
   * Draws the scores of all methods.
   *
   * @throws IllegalArgumentException if there is no method, or methods differ in their tasks
   */
  public static Figure methods(Summary summary) {
    if (summary.methods().isEmpty()) {
      throw new IllegalArgumentException("there is no method to draw");
    }
    List<MethodFigure.Group> groups = new ArrayList<>();
    for (MethodScore method : summary.methods()) {
      List<MethodFigure.Bar> bars =
          method.scores().values().stream()
              .map(score -> new MethodFigure.Bar(score.mean(), score.standardError()))
              .toList();
      groups.add(
          new MethodFigure.Group(
              method.name(),
              bars,
              new MethodFigure.Bar(method.mean(), method.meanStandardError())));
    }
    List<String> tasks = List.copyOf(summary.methods().getFirst().scores().sequencedKeySet());
    return MethodFigure.of("Scores on the %s split".formatted(summary.split()), tasks, groups);
  }

  /** Draws the course of a search. */
  public static Figure progress(Curve curve) {
    List<ProgressFigure.Line> best = new ArrayList<>(lines(curve, Curve.Point::best));
    best.add(
        new ProgressFigure.Line(
            "best mean over tasks",
            curve.points().stream().map(Curve.Point::candidate).toList(),
            curve.points().stream().map(Curve.Point::bestMean).toList()));
    return ProgressFigure.of(
        lines(curve, Curve.Point::qdScore), lines(curve, Curve.Point::coverage), best);
  }

  private static List<ProgressFigure.Line> lines(
      Curve curve, Function<Curve.Point, List<Double>> values) {
    List<Integer> candidates = curve.points().stream().map(Curve.Point::candidate).toList();
    List<ProgressFigure.Line> lines = new ArrayList<>();
    for (int a = 0; a < curve.archives().size(); a++) {
      int archive = a;
      lines.add(
          new ProgressFigure.Line(
              curve.archives().get(a),
              candidates,
              curve.points().stream().map(point -> values.apply(point).get(archive)).toList()));
    }
    return lines;
  }
}
