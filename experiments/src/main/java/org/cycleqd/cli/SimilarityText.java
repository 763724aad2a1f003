package org.cycleqd.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.cycleqd.spectral.analysis.ExpertAnalysis;
import org.cycleqd.spectral.analysis.ExpertCosines;
import org.cycleqd.spectral.analysis.KindSpectrum;

/**
 * A comparison of experts, for people and for programs.
 *
 * @param analysis what was found
 * @param spectra whether singular values were taken
 */
record SimilarityText(ExpertAnalysis analysis, boolean spectra) {

  /** Pairs in total, pairs by layer, and energies by kind of matrix. */
  String tables() {
    StringBuilder text = new StringBuilder();
    TextTable pairs = TextTable.of("experts", "task vectors", "singular values", "norms");
    ExpertCosines total = analysis.total();
    for (int[] pair : pairs()) {
      pairs =
          pairs.with(
              names(pair),
              number("%.4f", total.taskVectors()[pair[0]][pair[1]]),
              spectra ? number("%.4f", total.spectra()[pair[0]][pair[1]]) : "-",
              number("%.4g", total.norms()[pair[0]])
                  + " and "
                  + number("%.4g", total.norms()[pair[1]]));
    }
    text.append(pairs.render());
    text.append("Cosines over the whole model.\n\n");
    text.append(layers().render());
    text.append("Cosines of the task vectors");
    text.append(spectra ? " and, after the slash, of the singular values.\n" : ".\n");
    if (spectra) {
      text.append('\n').append(energies().render());
      text.append("Components that hold 50, 90 and 99 % of the squared norm, of the full rank.\n");
    }
    return text.toString();
  }

  private TextTable layers() {
    List<String> header = new ArrayList<>(List.of("part"));
    pairs().forEach(pair -> header.add(names(pair)));
    TextTable table = new TextTable(header, List.of());
    for (ExpertCosines layer : analysis.layers()) {
      List<String> row = new ArrayList<>(List.of(layer.part()));
      for (int[] pair : pairs()) {
        String cell = number("%.4f", layer.taskVectors()[pair[0]][pair[1]]);
        row.add(spectra ? cell + " / " + number("%.4f", layer.spectra()[pair[0]][pair[1]]) : cell);
      }
      table = table.with(row.toArray(String[]::new));
    }
    return table;
  }

  private TextTable energies() {
    TextTable table = TextTable.of("matrices", "expert", "norm", "50 %", "90 %", "99 %", "of");
    for (KindSpectrum kind : analysis.kinds()) {
      for (int e = 0; e < analysis.experts().size(); e++) {
        KindSpectrum.Energy energy = kind.experts().get(e);
        table =
            table.with(
                e == 0 ? kind.kind() : "",
                analysis.experts().get(e),
                number("%.4g", energy.norm()),
                Integer.toString(energy.rank50()),
                Integer.toString(energy.rank90()),
                Integer.toString(energy.rank99()),
                Integer.toString(kind.fullRank()));
      }
    }
    return table;
  }

  private List<int[]> pairs() {
    List<int[]> pairs = new ArrayList<>();
    for (int a = 0; a < analysis.experts().size(); a++) {
      for (int b = a + 1; b < analysis.experts().size(); b++) {
        pairs.add(new int[] {a, b});
      }
    }
    return pairs;
  }

  private String names(int[] pair) {
    return analysis.experts().get(pair[0]) + ", " + analysis.experts().get(pair[1]);
  }

  private static String number(String format, double value) {
    return String.format(Locale.ROOT, format, value);
  }

  /** One document; matrices of cosines by rows, in the order of the experts. */
  String json(Path base, List<Path> folders) {
    ObjectNode root = new ObjectMapper().createObjectNode();
    root.put("base", base.toString());
    ArrayNode experts = root.putArray("experts");
    for (int e = 0; e < folders.size(); e++) {
      ObjectNode expert = experts.addObject().put("name", analysis.experts().get(e));
      expert.put("folder", folders.get(e).toString());
    }
    put(root.putObject("total"), analysis.total());
    ArrayNode layers = root.putArray("layers");
    for (ExpertCosines layer : analysis.layers()) {
      put(layers.addObject().put("part", layer.part()), layer);
    }
    if (spectra) {
      ArrayNode kinds = root.putArray("energies");
      for (KindSpectrum kind : analysis.kinds()) {
        ObjectNode node = kinds.addObject().put("matrices", kind.kind());
        node.put("count", kind.matrices()).put("full_rank", kind.fullRank());
        ArrayNode energies = node.putArray("experts");
        for (KindSpectrum.Energy energy : kind.experts()) {
          energies
              .addObject()
              .put("norm", energy.norm())
              .put("rank_50", energy.rank50())
              .put("rank_90", energy.rank90())
              .put("rank_99", energy.rank99());
        }
      }
    }
    return root.toPrettyString() + "\n";
  }

  private void put(ObjectNode node, ExpertCosines cosines) {
    put(node.putArray("task_vectors"), cosines.taskVectors());
    if (spectra) {
      put(node.putArray("singular_values"), cosines.spectra());
    }
    ArrayNode norms = node.putArray("norms");
    for (double norm : cosines.norms()) {
      norms.add(norm);
    }
  }

  private static void put(ArrayNode node, double[][] matrix) {
    for (double[] row : matrix) {
      ArrayNode values = node.addArray();
      for (double value : row) {
        values.add(value);
      }
    }
  }
}
