package org.cycleqd.engine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.cycleqd.random.Draws;
import org.cycleqd.spectral.Genome;
import org.cycleqd.spectral.GenomeLayout;
import org.cycleqd.spectral.TensorCoefficients;
import org.cycleqd.spectral.TensorSite;

/**
 * A search whose models are formulas. An expert's strength in a genome is its mean coefficient; a
 * task's score grows with the strength of its expert and shrinks with the others', and both
 * saturate, so mixing experts pays.
 */
final class Toy {

  static final List<String> TASKS = List.of("os", "coding", "db");
  static final GenomeLayout LAYOUT =
      new GenomeLayout(
          List.of("os-expert", "coding-expert", "db-expert"),
          List.of(
              new TensorSite("embed", 0, 6),
              new TensorSite("layers.0.up", 1, 4),
              new TensorSite("layers.0.norm", 1, 0),
              new TensorSite("head", 2, 5)));
  static final int ITEMS = 40;

  private Toy() {}

  static SearchSettings settings(int children, int lag) {
    return SearchSettings.paper(42, TASKS).withBudget(children, lag);
  }

  static Search search(SearchSettings settings) {
    return Search.of(settings, LAYOUT, Map.of("base", "toy"));
  }

  static Evaluation evaluate(Genome genome) {
    double[] strength = new double[3];
    double total = 0;
    for (int e = 0; e < 3; e++) {
      for (TensorCoefficients tensor : genome.coefficients().get(e)) {
        double shift = 0;
        for (float value : tensor.shift()) {
          shift += value / tensor.shift().length;
        }
        strength[e] += (tensor.scale() + shift) / 4;
      }
      total += strength[e];
    }
    double[][] items = new double[3][ITEMS];
    for (int k = 0; k < 3; k++) {
      double quality = 1 - Math.exp(-1.5 * strength[k]) - 0.05 * (total - strength[k]);
      for (int i = 0; i < ITEMS; i++) {
        items[k][i] = quality > (i + 0.5) / ITEMS ? 1 : 0;
      }
    }
    return Evaluation.of(items);
  }

  /** Keeps a worker busy for a while that differs from genome to genome. */
  static Evaluation evaluateSlowly(Genome genome) {
    int turns = Draws.at(1, genome.digest()).below(0, 400_000);
    for (int i = 0; i < turns; i++) {
      Thread.onSpinWait();
    }
    return evaluate(genome);
  }

  /** Counts how often it is asked. */
  static Evaluator counting(AtomicInteger count) {
    return genome -> {
      count.incrementAndGet();
      return evaluate(genome);
    };
  }

  static SearchOutcome run(Path directory, SearchSettings settings)
      throws IOException, InterruptedException {
    return search(settings).run(directory, Toy::evaluate, 1, SearchListener.NONE);
  }

  static String journal(Path directory) throws IOException {
    return Files.readString(RunHistory.journal(directory));
  }
}
