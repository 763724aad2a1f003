package org.cycleqd.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.cycleqd.archive.ArchiveCycle;
import org.cycleqd.archive.ArchiveSnapshot;
import org.cycleqd.archive.ArchiveView;
import org.cycleqd.archive.Axis;
import org.cycleqd.archive.Elite;
import org.cycleqd.archive.ItemVector;
import org.cycleqd.archive.Metrics;
import org.cycleqd.engine.CandidateRecord.Origin;
import org.cycleqd.engine.RunHistory;

/** The elites of all archives as a table, as CSV and as JSON. */
record ArchiveListing(RunHistory history, ArchiveCycle cycle) {

  private static final double OFFSET = 0;

  List<String> tasks() {
    return history.header().settings().taskNames();
  }

  String text() {
    TextTable metrics = Cells.metricsTable();
    for (ArchiveView archive : cycle.archives()) {
      metrics =
          Cells.with(
              metrics, archive.taskName(), Cells.kind(archive.layout()), archive.metrics(OFFSET));
    }
    metrics = Cells.with(metrics, "all", "", cycle.metrics(OFFSET));
    List<String> header = new ArrayList<>(List.of("archive", "cell", "candidate", "quality"));
    header.addAll(tasks());
    header.add("from");
    TextTable elites = new TextTable(header, List.of());
    for (ArchiveView archive : cycle.archives()) {
      for (ArchiveSnapshot.Cell cell : archive.contents()) {
        List<String> row = new ArrayList<>();
        row.add(archive.taskName());
        row.add(Integer.toString(cell.index()));
        row.add(Integer.toString(cell.elite().candidate()));
        row.add(Cells.number(quality(archive, cell)));
        cell.elite().scores().forEach(score -> row.add(Cells.number(score)));
        row.add(origin(cell.elite().candidate()));
        elites = elites.with(row.toArray(String[]::new));
      }
    }
    return "%s%nScores are fractions; the QD score is the sum of the elites' quality.%n%n%s"
        .formatted(metrics.render(), elites.render());
  }

  private static double quality(ArchiveView archive, ArchiveSnapshot.Cell cell) {
    return cell.elite().scores().get(archive.task());
  }

  /** An expert's name, or a child's parents, if it has some. */
  String origin(int candidate) {
    Origin origin = history.candidates().get(candidate).origin();
    return origin instanceof Origin.Seed(String expert)
        ? expert
        : origin.parents().stream().map(String::valueOf).collect(Collectors.joining(" + "));
  }

  /** One row per elite, RFC 4180; a cell is placed by its bins or its centroid. */
  String csv() {
    List<String> header = new ArrayList<>(List.of("archive", "cell", "candidate", "quality"));
    tasks().forEach(task -> header.add("score_" + task));
    String at = Cells.atName(cycle.archives().getFirst().layout());
    tasks().forEach(task -> header.add(at + "_" + task));
    header.add("from");
    StringBuilder text = new StringBuilder(line(header));
    for (ArchiveView archive : cycle.archives()) {
      for (ArchiveSnapshot.Cell cell : archive.contents()) {
        List<String> row = new ArrayList<>();
        row.add(archive.taskName());
        row.add(Integer.toString(cell.index()));
        row.add(Integer.toString(cell.elite().candidate()));
        row.add(Double.toString(quality(archive, cell)));
        cell.elite().scores().forEach(score -> row.add(score.toString()));
        List<Number> place = Cells.at(archive.layout(), cell.index());
        for (int task = 0; task < tasks().size(); task++) {
          int axis = task < archive.task() ? task : task - 1;
          row.add(task == archive.task() || place.isEmpty() ? "" : place.get(axis).toString());
        }
        row.add(origin(cell.elite().candidate()));
        text.append(line(row));
      }
    }
    return text.toString();
  }

  private static String line(List<String> fields) {
    return fields.stream()
        .map(field ->
            field.matches("[^\",\r\n]*") ? field : "\"" + field.replace("\"", "\"\"") + "\"")
        .collect(Collectors.joining(",", "", "\n"));
  }

  String json(boolean replayed) {
    ObjectNode root = new ObjectMapper().createObjectNode();
    root.put("journalDigest", history.digest()).put("replayed", replayed);
    Cells.put(root.putObject("cycle"), cycle.metrics(OFFSET));
    ArrayNode archives = root.putArray("archives");
    for (ArchiveView archive : cycle.archives()) {
      ObjectNode node = archives.addObject().put("task", archive.taskName());
      node.put("kind", Cells.kind(archive.layout()));
      ArrayNode axes = node.putArray("axes");
      for (Axis axis : archive.layout().axes()) {
        Cells.put(axes.addObject(), axis);
      }
      Metrics metrics = archive.metrics(OFFSET);
      Cells.put(node.putObject("metrics"), metrics);
      ArrayNode elites = node.putArray("elites");
      for (ArchiveSnapshot.Cell cell : archive.contents()) {
        ObjectNode entry = elites.addObject().put("cell", cell.index());
        List<Number> place = Cells.at(archive.layout(), cell.index());
        if (!place.isEmpty()) {
          ArrayNode numbers = entry.putArray(Cells.atName(archive.layout()));
          place.forEach(number -> numbers.addPOJO(number));
        }
        elite(entry, archive.task(), cell.elite());
      }
    }
    return root.toPrettyString() + "\n";
  }

  private void elite(ObjectNode entry, int task, Elite elite) {
    entry.put("candidate", elite.candidate()).put("quality", elite.scores().get(task));
    ObjectNode scores = entry.putObject("scores");
    ObjectNode items = entry.putObject("items");
    for (int k = 0; k < elite.scores().size(); k++) {
      scores.put(tasks().get(k), elite.scores().get(k));
      ArrayNode values = items.putArray(tasks().get(k));
      ItemVector vector = elite.items().get(k);
      for (int i = 0; i < vector.size(); i++) {
        values.add(vector.get(i));
      }
    }
  }
}
