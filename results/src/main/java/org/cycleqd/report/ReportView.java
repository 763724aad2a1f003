package org.cycleqd.report;

import com.fasterxml.jackson.databind.node.TextNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.cycleqd.figure.Figure;

/** Everything the template names, as text. */
final class ReportView {

  private static final int MOST_ANCESTORS = 60;

  private ReportView() {}

  static Map<String, Object> of(ReportContent content, ReportFigures figures) {
    Map<String, Object> view = new LinkedHashMap<>();
    view.put("run", content.run().name());
    view.put("intro", intro(content));
    view.put("splits", splits(content));
    view.put("selection", content.run().selection());
    view.put("methods", ScoreTables.methods(content.summary()));
    view.put("comparisons", ScoreTables.comparisons(content.summary().comparisons()));
    view.put("methodFigures", svg(figures.methods().stream().toList()));
    view.put("archives", svg(figures.archives()));
    view.put("hasArchives", !figures.archives().isEmpty());
    view.put("progress", svg(figures.progress().stream().toList()));
    view.put("similarities", svg(figures.similarities()));
    view.put("hasSimilarities", !figures.similarities().isEmpty());
    view.put("lineage", lineage(content.lineage()));
    view.put("costs", costs(content.costs()));
    view.put("command", content.reproduction().command());
    view.put("version", content.reproduction().version());
    view.put("config", content.reproduction().config());
    view.put("export", content.reproduction().export());
    // A JSON string is a Python string, too.
    view.put("exportLiteral", new TextNode(content.reproduction().export()).toString());
    return view;
  }

  private static String intro(ReportContent content) {
    ReportContent.Run run = content.run();
    String search =
        "This run searched for merged models among combinations of %s of %s: %s. It made %s by merging earlier models, at %s granularity, with random seed %d."
            .formatted(
                ReportText.counted(run.experts().size(), "expert", "experts"),
                run.base(),
                ReportText.list(run.experts()),
                ReportText.counted(content.costs().children(), "child", "children"),
                run.granularity(),
                run.seed());
    String archives =
        " One archive per task (%s) kept the best child for every combination of scores in the other tasks, so that specialists and all-rounders survive side by side."
            .formatted(ReportText.list(run.tasks()));
    return content.archives().isEmpty() ? search : search + archives;
  }

  private static String splits(ReportContent content) {
    String selection = content.run().selection();
    String reported = content.summary().split();
    return selection.equals(reported)
        ? ("The %s split both selected the children and is reported here, so scores of selected"
                + " children are optimistic.")
            .formatted(selection)
        : ("The %s split selected the children; the scores below are from the %s split, which the"
                + " search never saw.")
            .formatted(selection, reported);
  }

  private static List<Map<String, Object>> svg(List<Figure> figures) {
    List<Map<String, Object>> views = new ArrayList<>();
    for (Figure figure : figures) {
      views.add(Map.of("svg", figure.inlineSvg(), "width", String.valueOf(figure.width())));
    }
    return views;
  }

  private static List<Map<String, Object>> lineage(Lineage lineage) {
    if (lineage.candidates().isEmpty()) {
      return List.of();
    }
    List<Map<String, Object>> rows = new ArrayList<>();
    Map<Integer, String> names = new LinkedHashMap<>();
    lineage.candidates().forEach(candidate -> names.put(candidate.number(), name(candidate)));
    int hidden = 0;
    for (Lineage.Candidate candidate : lineage.candidates()) {
      boolean expert = !candidate.expert().isEmpty();
      if (!expert && rows.size() >= MOST_ANCESTORS) {
        hidden++;
        continue;
      }
      List<String> parents =
          candidate.parents().stream()
              .map(parent -> names.getOrDefault(parent, "#" + parent))
              .toList();
      rows.add(
          Map.of(
              "name",
              name(candidate),
              "expert",
              expert,
              "parents",
              parents.isEmpty() ? "draws alone" : ReportText.list(parents)));
    }
    Lineage.Candidate first = lineage.candidates().getFirst();
    return List.of(
        Map.of(
            "best",
            name(first),
            "generations",
            ReportText.counted(lineage.generations(), "generation", "generations"),
            "rows",
            rows,
            "hidden",
            hidden == 0 ? "" : ReportText.counted(hidden, "older ancestor", "older ancestors")));
  }

  private static String name(Lineage.Candidate candidate) {
    return candidate.expert().isEmpty()
        ? "#" + candidate.number()
        : "%s (#%d)".formatted(candidate.expert(), candidate.number());
  }

  private static List<Map<String, String>> costs(ReportContent.Costs costs) {
    List<Map<String, String>> rows = new ArrayList<>();
    rows.add(row("Children made", ReportText.count(costs.children())));
    rows.add(row("Children that failed", ReportText.count(costs.failures())));
    rows.add(row("Items judged", ReportText.count(costs.items())));
    rows.add(row("Wall time", ReportText.duration(costs.wallTime())));
    costs.others().forEach((name, value) -> rows.add(row(name, value)));
    return rows;
  }

  private static Map<String, String> row(String name, String value) {
    return Map.of("name", name, "value", value);
  }
}
