package org.cycleqd.experiment.run;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.cycleqd.spectral.Genome;
import org.cycleqd.spectral.TensorCoefficients;
import org.cycleqd.spectral.TensorSite;

/**
 * A genome for a person to read: how much of each expert's task vector went into each layer group,
 * averaged over the group's tensors and their components. Markdown.
 */
final class CoefficientTable {

  private CoefficientTable() {}

  static String of(Genome genome) {
    int groups = genome.layout().groups();
    StringBuilder table = new StringBuilder("| expert | embeddings |");
    IntStream.range(0, groups - 2).forEach(layer -> table.append(" layer %d |".formatted(layer)));
    table.append(" norm and head |\n|").append(" --- |".repeat(groups + 1)).append('\n');
    for (int e = 0; e < genome.layout().experts().size(); e++) {
      int expert = e;
      table
          .append("| ")
          .append(genome.layout().experts().get(e))
          .append(" | ")
          .append(
              IntStream.range(0, groups)
                  .mapToObj(
                      group -> String.format(Locale.ROOT, "%.3f", mean(genome, expert, group)))
                  .collect(Collectors.joining(" | ")))
          .append(" |\n");
    }
    if (!genome.core().isEmpty()) {
      table.append("\nMutations of its own singular values added to this mix.\n");
    }
    return table.toString();
  }

  private static double mean(Genome genome, int expert, int group) {
    List<TensorSite> sites = genome.layout().tensors();
    return IntStream.range(0, sites.size())
        .filter(t -> sites.get(t).group() == group)
        .mapToDouble(t -> mean(genome.coefficients().get(expert).get(t)))
        .average()
        .orElse(0);
  }

  private static double mean(TensorCoefficients coefficients) {
    float[] shift = coefficients.shift();
    return coefficients.scale()
        + IntStream.range(0, shift.length).mapToDouble(i -> shift[i]).average().orElse(0);
  }
}
