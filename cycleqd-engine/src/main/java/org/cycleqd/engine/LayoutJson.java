package org.cycleqd.engine;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import org.cycleqd.archive.ArchiveCycle;
import org.cycleqd.archive.ArchiveForm;
import org.cycleqd.archive.ArchiveSnapshot;
import org.cycleqd.archive.Axis;
import org.cycleqd.archive.CellLayout;
import org.cycleqd.archive.Grid;
import org.cycleqd.archive.Places;
import org.cycleqd.archive.Voronoi;

/** The JSON of archives: the journal's record of their axes and centroids, and snapshots. */
final class LayoutJson {

  static final String ARCHIVES = "archives";

  private static final String AXES = "axes";
  private static final String CENTROIDS = "centroids";
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private LayoutJson() {}

  /** The record of a journal; it holds centroids where cells have some. */
  static ObjectNode archives(List<Axis> axes, List<CellLayout> layouts) {
    ObjectNode node = NODES.objectNode().put("type", ARCHIVES);
    node.set(AXES, axes(axes));
    List<ArrayNode> centroids = new ArrayList<>();
    for (CellLayout layout : layouts) {
      if (layout instanceof Voronoi voronoi) {
        centroids.add(centroids(voronoi));
      }
    }
    if (!centroids.isEmpty()) {
      node.putArray(CENTROIDS).addAll(centroids);
    }
    return node;
  }

  /** Empty archives as a journal's record and the form in its header describe them. */
  static ArchiveCycle readArchives(JsonNode node, ArchiveForm form) {
    List<Axis> axes =
        node.get(AXES)
            .valueStream()
            .map(axis ->
                Axis.of(
                    axis.get("task").asText(),
                    axis.get("low").asDouble(),
                    axis.get("high").asDouble(),
                    axis.get("bins").asInt()))
            .toList();
    if (!node.has(CENTROIDS)) {
      // Without a cvt no number is drawn.
      return ArchiveCycle.of(
          axes, new ArchiveForm(null, form.add()).layouts(axes, task -> i -> 0), form.add());
    }
    List<Voronoi> layouts = new ArrayList<>();
    for (int task = 0; task < axes.size(); task++) {
      List<Axis> others = new ArrayList<>(axes);
      others.remove(task);
      layouts.add(new Voronoi(others, readCentroids(node.get(CENTROIDS).get(task))));
    }
    return ArchiveCycle.of(axes, layouts, form.add());
  }

  static ObjectNode snapshot(ArchiveSnapshot snapshot) {
    ObjectNode node = NODES.objectNode().put("task", snapshot.task());
    node.set(AXES, axes(snapshot.axes()));
    switch (snapshot.layout()) {
      case Grid _ -> {}
      case Voronoi voronoi -> node.set(CENTROIDS, centroids(voronoi));
      case Places places -> node.put("capacity", places.cells());
    }
    ArrayNode cells = node.putArray("cells");
    for (ArchiveSnapshot.Cell cell : snapshot.cells()) {
      ObjectNode entry =
          cells.addObject().put("cell", cell.index()).put("candidate", cell.elite().candidate());
      ArrayNode list = entry.putArray("scores");
      cell.elite().scores().forEach(list::add);
    }
    return node;
  }

  private static ArrayNode axes(List<Axis> axes) {
    ArrayNode array = NODES.arrayNode();
    for (Axis axis : axes) {
      array
          .addObject()
          .put("task", axis.task())
          .put("low", axis.low())
          .put("high", axis.high())
          .put("bins", axis.bins());
    }
    return array;
  }

  private static ArrayNode centroids(Voronoi voronoi) {
    ArrayNode array = NODES.arrayNode();
    for (int cell = 0; cell < voronoi.cells(); cell++) {
      ArrayNode centroid = array.addArray();
      for (double score : voronoi.centroid(cell)) {
        centroid.add(score);
      }
    }
    return array;
  }

  private static List<double[]> readCentroids(JsonNode node) {
    return node.valueStream()
        .map(centroid -> centroid.valueStream().mapToDouble(JsonNode::asDouble).toArray())
        .toList();
  }
}
