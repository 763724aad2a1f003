package org.cycleqd.study;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import org.cycleqd.engine.Evaluation;
import org.cycleqd.engine.RunHistory;
import org.cycleqd.engine.Search;
import org.cycleqd.engine.SearchListener;
import org.cycleqd.engine.SearchSettings;
import org.cycleqd.random.Draws;
import org.cycleqd.spectral.Genome;
import org.cycleqd.spectral.GenomeLayout;
import org.cycleqd.spectral.TensorSite;

/**
 * What a search costs beside evaluation: selection, crossover, mutation, three archives of 15 x 15
 * bins, the journal. Scores are drawn by the genome's digest; the time that takes is left out. A
 * genome has 999 coefficients of three experts, in 9 tensors of rank 36.
 *
 * @param children bred in one search
 * @param repetitions of a search, after two to compile; medians count
 */
public record SearchBenchmark(int children, int repetitions) {

  private static final int WARM_UPS = 2;
  private static final int TENSORS = 9;
  private static final int RANK = 36;
  private static final int ITEMS = 60;
  private static final double NANOS = 1e9;
  private static final List<String> TASKS = List.of("code", "db", "os");

  /**
   * The figures.
   *
   * @param seconds per child, evaluation left out
   * @param processorSeconds per child, likewise, of the thread that searches: other work on the
   *     machine does not count
   * @param replaySeconds per child, of reading the journal into archives again
   * @param journalBytes per child
   */
  public record Result(
      double seconds, double processorSeconds, double replaySeconds, double journalBytes) {}

  private record Cost(double seconds, double processorSeconds) {}

  /**
   * Measures.
   *
   * @param folder an existing folder for journals, which are deleted; every record is forced to its
   *     disk, so only in memory is that free
   */
  public Result measure(Path folder) throws IOException, InterruptedException {
    List<Double> searches = new ArrayList<>();
    List<Double> processors = new ArrayList<>();
    List<Double> replays = new ArrayList<>();
    double bytes = 0;
    for (int i = 0; i < WARM_UPS + repetitions; i++) {
      Path run = Files.createTempDirectory(folder, "run");
      Cost cost = search(run);
      searches.add(cost.seconds() / children);
      processors.add(cost.processorSeconds() / children);
      Path journal = RunHistory.journal(run);
      long start = System.nanoTime();
      if (RunHistory.read(journal).candidates().size() < children) {
        throw new AssertionError("a journal lacks candidates");
      }
      replays.add((System.nanoTime() - start) / NANOS / children);
      bytes = (double) Files.size(journal) / children;
      BenchmarkFolders.delete(run);
    }
    return new Result(median(searches), median(processors), median(replays), bytes);
  }

  private Cost search(Path run) throws IOException, InterruptedException {
    List<TensorSite> tensors = new ArrayList<>();
    for (int t = 0; t < TENSORS; t++) {
      tensors.add(new TensorSite("tensor " + t, t, RANK));
    }
    Search search =
        Search.of(
            SearchSettings.paper(1, TASKS).withBudget(children, 1),
            new GenomeLayout(TASKS, tensors),
            Map.of());
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    LongAdder evaluating = new LongAdder();
    LongAdder evaluatingProcessor = new LongAdder();
    long start = System.nanoTime();
    long startProcessor = threads.getCurrentThreadCpuTime();
    // One worker is the thread that searches.
    search.run(
        run,
        genome -> {
          long begin = System.nanoTime();
          long beginProcessor = threads.getCurrentThreadCpuTime();
          Evaluation evaluation = evaluate(genome);
          evaluatingProcessor.add(threads.getCurrentThreadCpuTime() - beginProcessor);
          evaluating.add(System.nanoTime() - begin);
          return evaluation;
        },
        1,
        SearchListener.NONE);
    return new Cost(
        (System.nanoTime() - start - evaluating.sum()) / NANOS,
        (threads.getCurrentThreadCpuTime() - startProcessor - evaluatingProcessor.sum()) / NANOS);
  }

  private static Evaluation evaluate(Genome genome) {
    Draws draws = Draws.at(1, genome.digest());
    double[][] items = new double[TASKS.size()][ITEMS];
    for (int task = 0; task < items.length; task++) {
      double level = 0.2 + 0.6 * draws.uniform(-1 - task);
      for (int i = 0; i < ITEMS; i++) {
        items[task][i] = draws.uniform((long) ITEMS * task + i) < level ? 1 : 0;
      }
    }
    return Evaluation.of(items);
  }

  private static double median(List<Double> values) {
    double[] sorted = values.stream().skip(WARM_UPS).mapToDouble(Double::doubleValue).toArray();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }
}
