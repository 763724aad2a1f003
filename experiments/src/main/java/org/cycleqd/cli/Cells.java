package org.cycleqd.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.cycleqd.archive.Axis;
import org.cycleqd.archive.CellLayout;
import org.cycleqd.archive.Grid;
import org.cycleqd.archive.Metrics;
import org.cycleqd.archive.Places;
import org.cycleqd.archive.Voronoi;

/** How archives and their metrics read in tables and JSON. */
final class Cells {

  private Cells() {}

  /** The kind of places, such as {@code grid 15 x 15}. */
  static String kind(CellLayout layout) {
    return switch (layout) {
      case Grid grid ->
          "grid "
              + grid.axes().stream()
                  .map(axis -> Integer.toString(axis.bins()))
                  .collect(Collectors.joining(" x "));
      case Voronoi _ -> "cvt";
      case Places _ -> "dominated novelty";
    };
  }

  /** Where a cell is: its bins, its centroid, or nowhere. */
  static List<Number> at(CellLayout layout, int cell) {
    return switch (layout) {
      case Grid grid -> List.copyOf(grid.bins(cell));
      case Voronoi voronoi ->
          Arrays.stream(voronoi.centroid(cell)).<Number>mapToObj(score -> score).toList();
      case Places _ -> List.of();
    };
  }

  /** What {@link #at} tells. */
  static String atName(CellLayout layout) {
    return layout instanceof Grid ? "bin" : "centroid";
  }

  static TextTable metricsTable() {
    return TextTable.of(
        "archive", "cells", "kind", "elites", "coverage", "QD score", "best", "mean");
  }

  static TextTable with(TextTable table, String archive, String kind, Metrics metrics) {
    return table.with(
        archive,
        Integer.toString(metrics.cells()),
        kind,
        Integer.toString(metrics.elites()),
        number(metrics.coverage()),
        number(metrics.qdScore()),
        number(metrics.best()),
        number(metrics.mean()));
  }

  /** Three decimals; nothing for what is not known. */
  static String number(double value) {
    return Double.isNaN(value) ? "" : String.format(Locale.ROOT, "%.3f", value);
  }

  static void put(ObjectNode node, Metrics metrics) {
    node.put("elites", metrics.elites())
        .put("cells", metrics.cells())
        .put("coverage", metrics.coverage())
        .put("offset", metrics.offset())
        .put("qdScore", metrics.qdScore())
        .put("normalisedQdScore", metrics.normalisedQdScore());
    if (metrics.elites() > 0) {
      node.put("best", metrics.best()).put("mean", metrics.mean());
    }
  }

  static void put(ObjectNode node, Axis axis) {
    node.put("task", axis.task())
        .put("low", axis.low())
        .put("high", axis.high())
        .put("bins", axis.bins());
  }
}
