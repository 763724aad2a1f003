package org.cycleqd.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.cycleqd.checkpoint.adapter.AdapterReport;
import org.cycleqd.checkpoint.adapter.TensorReport;

/**
 * What an adapter holds of the changes that were wanted, for people and for programs.
 *
 * @param report every tensor of the base
 */
record AdapterReportText(AdapterReport report) {

  /** Tensors that differ in the number of their layer only and were treated alike. */
  private record Kind(String name, TensorReport.Treatment treatment) {

    static Kind of(TensorReport tensor) {
      return new Kind(
          tensor.tensor().replaceFirst("^model\\.layers\\.[0-9]+\\.", "layers.*."),
          tensor.treatment());
    }
  }

  /** One row for each kind of tensor, a row for all, and a line about what was left out. */
  String table() {
    Map<Kind, List<TensorReport>> kinds = new LinkedHashMap<>();
    for (TensorReport tensor : report.tensors()) {
      kinds.computeIfAbsent(Kind.of(tensor), _ -> new ArrayList<>()).add(tensor);
    }
    TextTable table = TextTable.of("tensors", "stored as", "count", "rank", "change", "lost");
    for (Map.Entry<Kind, List<TensorReport>> kind : kinds.entrySet()) {
      AdapterReport part = new AdapterReport(kind.getValue());
      table = table.with(row(kind.getKey().name(), name(kind.getKey().treatment()), part));
    }
    table = table.with(row("all", "", report));
    return table.render()
        + "Change: Frobenius norm of the difference. Lost: share of its square that is not held.\n"
        + leftOut();
  }

  private String leftOut() {
    List<TensorReport> left =
        report.tensors().stream()
            .filter(tensor -> tensor.treatment() == TensorReport.Treatment.LEFT_OUT)
            .toList();
    if (left.isEmpty()) {
      return "";
    }
    double share = new AdapterReport(left).energy() / report.energy();
    return "%d tensors were left out with %s of the square; --save-modules stores them.\n"
        .formatted(left.size(), percent(share));
  }

  private static String[] row(String name, String stored, AdapterReport part) {
    int lowest = part.tensors().stream().mapToInt(TensorReport::rank).min().orElse(0);
    int highest = part.tensors().stream().mapToInt(TensorReport::rank).max().orElse(0);
    String rank = lowest == highest ? Integer.toString(highest) : lowest + "-" + highest;
    return new String[] {
      name,
      stored,
      Integer.toString(part.tensors().size()),
      highest == 0 ? "-" : rank,
      String.format(Locale.ROOT, "%.4g", Math.sqrt(part.energy())),
      percent(part.discardedShare())
    };
  }

  private static String percent(double share) {
    return share == 0 || share >= 1e-4
        ? String.format(Locale.ROOT, "%.2f %%", 100 * share)
        : String.format(Locale.ROOT, "%.1e %%", 100 * share);
  }

  private static String name(TensorReport.Treatment treatment) {
    return switch (treatment) {
      case FACTORS -> "factors";
      case SAVED -> "whole";
      case LEFT_OUT -> "left out";
      case UNCHANGED -> "unchanged";
    };
  }

  /** One document with every tensor; energies are squared Frobenius norms. */
  String json(Path base, Path expert, Path adapter) {
    ObjectNode root = new ObjectMapper().createObjectNode();
    root.put("base", base.toString()).put("expert", expert.toString());
    root.put("adapter", adapter.toString());
    root.put("energy", report.energy()).put("discarded", report.discarded());
    root.put("discarded_share", report.discardedShare());
    ArrayNode tensors = root.putArray("tensors");
    for (TensorReport tensor : report.tensors()) {
      tensors
          .addObject()
          .put("tensor", tensor.tensor())
          .put("stored", name(tensor.treatment()))
          .put("rank", tensor.rank())
          .put("energy", tensor.energy())
          .put("discarded", tensor.discarded());
    }
    return root.toPrettyString() + "\n";
  }
}
