package org.cycleqd.study;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.cycleqd.checkpoint.LlamaConfig;
import org.cycleqd.engine.Evaluation;
import org.cycleqd.engine.RunHistory;
import org.cycleqd.engine.Search;
import org.cycleqd.engine.SearchListener;
import org.cycleqd.engine.SearchSettings;
import org.cycleqd.random.Draws;
import org.cycleqd.spectral.ExpertBasisMutation;
import org.cycleqd.spectral.Genome;
import org.cycleqd.spectral.GenomeLayout;
import org.cycleqd.spectral.TensorSite;
import org.cycleqd.tensor.TensorSpec;

/**
 * What an individual of three experts weighs.
 *
 * @param rank most components of a matrix, residual not counted
 * @param memoryBytes on the heap, all components of all experts moved
 * @param journalBytes of its line in a journal, with one item per task
 */
public record GenomeSize(int rank, double memoryBytes, double journalBytes) {

  private static final List<String> EXPERTS = List.of("a", "b", "c");
  private static final int GENOMES = 8;
  private static final int CHILDREN = 3;

  /** Measures a shape at a rank. */
  static GenomeSize measure(LlamaConfig config, int rank, Path scratch)
      throws IOException, InterruptedException {
    List<TensorSite> sites = new ArrayList<>();
    for (TensorSpec spec : config.tensors()) {
      int full = spec.shape().size() < 2 ? 0 : (int) Math.min(spec.rows(), spec.columns());
      sites.add(new TensorSite(spec.name(), 0, full > rank ? rank + 1 : full));
    }
    GenomeLayout layout = new GenomeLayout(EXPERTS, sites);
    return new GenomeSize(rank, memory(layout), journal(layout, scratch));
  }

  private static double memory(GenomeLayout layout) {
    long before = used();
    List<Genome> held = new ArrayList<>();
    for (int number = 0; number < GENOMES; number++) {
      Genome genome = Genome.uniform(layout, 0.5, 0.25, 0.25);
      for (int e = 0; e < EXPERTS.size(); e++) {
        genome = new ExpertBasisMutation(0.3).mutate(genome, e, Draws.at(number, "genome"));
      }
      held.add(genome);
    }
    double each = (used() - before) / (double) held.size();
    // Keeps the genomes until here.
    return held.getLast().finite() ? each : Double.NaN;
  }

  private static long used() {
    System.gc();
    Runtime runtime = Runtime.getRuntime();
    return runtime.totalMemory() - runtime.freeMemory();
  }

  private static double journal(GenomeLayout layout, Path scratch)
      throws IOException, InterruptedException {
    Files.createDirectories(scratch);
    Path run = Files.createTempDirectory(scratch, "journal");
    Search.of(SearchSettings.paper(1, EXPERTS).withBudget(CHILDREN, 1), layout, Map.of())
        .run(run, genome -> Evaluation.of(new double[][] {{1}, {0}, {1}}), 1, SearchListener.NONE);
    List<String> lines = Files.readAllLines(RunHistory.journal(run));
    return lines.subList(lines.size() - CHILDREN, lines.size()).stream()
        .mapToInt(line -> line.getBytes(StandardCharsets.UTF_8).length + 1)
        .average()
        .orElseThrow();
  }
}
