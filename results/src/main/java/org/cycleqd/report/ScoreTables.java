package org.cycleqd.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The tables of scores and of paired differences, as the template names them. */
final class ScoreTables {

  private ScoreTables() {}

  /** One table, or none without methods. */
  static List<Map<String, Object>> methods(Summary summary) {
    if (summary.methods().isEmpty()) {
      return List.of();
    }
    List<String> tasks = List.copyOf(summary.methods().getFirst().scores().sequencedKeySet());
    List<Map<String, Object>> rows = new ArrayList<>();
    for (MethodScore method : summary.methods()) {
      List<Map<String, Object>> cells = new ArrayList<>();
      for (String task : tasks) {
        TaskScore score = method.score(task);
        double best =
            summary.methods().stream().mapToDouble(m -> m.score(task).mean()).max().orElseThrow();
        cells.add(cell(score.mean(), score.standardError(), best));
      }
      double best = summary.methods().stream().mapToDouble(MethodScore::mean).max().orElseThrow();
      cells.add(cell(method.mean(), method.meanStandardError(), best));
      rows.add(Map.of("name", method.name(), "kind", method.kind().label(), "cells", cells));
    }
    return List.of(
        Map.of(
            "split", summary.split(), "tasks", heads(summary.methods().getFirst()), "rows", rows));
  }

  private static List<Map<String, String>> heads(MethodScore method) {
    List<Map<String, String>> heads = new ArrayList<>();
    method
        .scores()
        .forEach(
            (task, score) -> heads.add(Map.of("task", task, "items", ReportText.count(score.n()))));
    return heads;
  }

  private static Map<String, Object> cell(double mean, double standardError, double best) {
    return Map.of(
        "mean",
        ReportText.percent(mean),
        "error",
        ReportText.percent(standardError),
        "best",
        mean == best);
  }

  /** One table, or none without comparisons. */
  static List<Map<String, Object>> comparisons(List<Comparison> comparisons) {
    if (comparisons.isEmpty()) {
      return List.of();
    }
    List<Map<String, Object>> rows = new ArrayList<>();
    for (Comparison comparison : comparisons) {
      List<Map<String, Object>> cells = new ArrayList<>();
      comparison.tasks().values().forEach(difference -> cells.add(cell(difference)));
      cells.add(cell(comparison.mean()));
      rows.add(
          Map.of(
              "method",
              comparison.method(),
              "rival",
              comparison.rival(),
              "cells",
              cells,
              "ratio",
              ReportText.ratio(comparison.mean().ratio())));
    }
    List<String> tasks = List.copyOf(comparisons.getFirst().tasks().sequencedKeySet());
    return List.of(Map.of("tasks", tasks, "rows", rows));
  }

  private static Map<String, Object> cell(Comparison.Difference difference) {
    return Map.of(
        "value",
        ReportText.points(difference.value()),
        "error",
        ReportText.percent(difference.standardError()),
        "clear",
        difference.clear());
  }
}
