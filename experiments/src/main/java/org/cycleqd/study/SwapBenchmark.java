package org.cycleqd.study;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import org.cycleqd.checkpoint.Checkpoint;
import org.cycleqd.checkpoint.LlamaConfig;
import org.cycleqd.lm.LiveModel;
import org.cycleqd.lm.LlamaRuntime;
import org.cycleqd.merge.stream.Tiles;
import org.cycleqd.random.Draws;
import org.cycleqd.spectral.BasisListener;
import org.cycleqd.spectral.BasisPolicy;
import org.cycleqd.spectral.BasisStore;
import org.cycleqd.spectral.Expert;
import org.cycleqd.spectral.ExpertBasisMutation;
import org.cycleqd.spectral.Genome;
import org.cycleqd.spectral.SingularBasis;
import org.cycleqd.spectral.Truncation;
import org.cycleqd.tensor.TensorView;

/**
 * How long it takes to make a live model another candidate, against copying memory: weights of full
 * experts, their leading components moved, and adapters.
 */
public final class SwapBenchmark {

  private static final double NANOS = 1e9;
  private static final double GIGA = 1e9;
  private static final int POSITIONS = 8;

  private final Path folder;
  private final int rank;
  private final int repetitions;
  private final Consumer<String> progress;

  /**
   * Prepares a benchmark.
   *
   * @param folder where models and bases are or will be
   * @param rank components of a matrix, and rank of the adapters
   * @param repetitions of each measurement; medians count
   * @param progress told what is being measured
   */
  public SwapBenchmark(Path folder, int rank, int repetitions, Consumer<String> progress) {
    this.folder = folder;
    this.rank = rank;
    this.repetitions = repetitions;
    this.progress = progress;
  }

  /**
   * One kind of candidate.
   *
   * @param candidate what is composed
   * @param experts how many
   * @param seconds of one swap
   * @param gbPerSecond base and experts read, live weights written
   * @param memcpyShare the speed in units of the copy's
   * @param restored whether swapping back restored every bit of the live weights
   */
  public record Row(
      String candidate,
      int experts,
      double seconds,
      double gbPerSecond,
      double memcpyShare,
      boolean restored) {}

  /**
   * All figures.
   *
   * @param memcpyGbPerSecond of copying the base on one thread, both streams counted
   */
  public record Result(double memcpyGbPerSecond, List<Row> rows) {

    /** Copies the rows. */
    public Result {
      rows = List.copyOf(rows);
    }
  }

  /**
   * Measures.
   *
   * @param label of the models' folder
   * @param config of all models
   * @param opener compiles a program for an architecture and a number of positions
   */
  public Result measure(
      String label, LlamaConfig config, BiFunction<LlamaConfig, Integer, LlamaRuntime> opener)
      throws IOException {
    progress.accept("writing synthetic models");
    Path models = folder.resolve(label);
    Files.createDirectories(models);
    SyntheticModels.write(models, config, false);
    List<Path> full = SyntheticModels.NAMES.stream().skip(1).map(models::resolve).toList();
    List<Path> adapters = SyntheticAdapters.write(models, config, rank, full.size());
    try (Checkpoint base = Checkpoint.open(models.resolve(SyntheticModels.NAMES.getFirst()));
        LlamaRuntime runtime = opener.apply(base.config(), POSITIONS);
        LiveModel live = new LiveModel(runtime)) {
      double memcpy = memcpy(base);
      List<Row> rows = new ArrayList<>();
      rows.addAll(swaps(base, full, live, "full rank", memcpy));
      rows.addAll(swaps(base, adapters, live, "LoRA", memcpy));
      return new Result(memcpy, rows);
    }
  }

  private List<Row> swaps(
      Checkpoint base, List<Path> folders, LiveModel live, String kind, double memcpy)
      throws IOException {
    progress.accept("components of experts, " + kind);
    SequencedMap<String, Expert> experts = new LinkedHashMap<>();
    try {
      for (Path each : folders) {
        experts.put("expert-" + experts.size(), Expert.open(base, each));
      }
      BasisPolicy policy = BasisPolicy.of(new Truncation.Rank(rank));
      int threads = Runtime.getRuntime().availableProcessors();
      try (SingularBasis basis =
              new BasisStore(folder.resolve("bases"), threads)
                  .open(base, experts, policy, BasisListener.silent());
          Tiles tiles = new Tiles(1)) {
        Composing composing = genome -> basis.compose(genome, live.targets(), tiles);
        boolean adapted = folders.getFirst().getFileName().toString().startsWith("lora");
        long read = bytes(base) * (adapted ? 1 : 1 + folders.size());
        return List.of(
            swap(basis, composing, live, kind + ", weighted", false, read, memcpy),
            swap(
                basis,
                composing,
                live,
                "%s, %d components moved".formatted(kind, rank),
                true,
                read,
                memcpy));
      }
    } finally {
      experts.values().forEach(Expert::close);
    }
  }

  /** Makes the live model a candidate. */
  @FunctionalInterface
  private interface Composing {
    void become(Genome genome) throws IOException;
  }

  private Row swap(
      SingularBasis basis,
      Composing composing,
      LiveModel live,
      String candidate,
      boolean moved,
      long read,
      double memcpy)
      throws IOException {
    progress.accept("swaps, " + candidate);
    List<Genome> genomes = List.of(genome(basis, moved, 0), genome(basis, moved, 1));
    boolean restored = restores(composing, live, genomes);
    double[] seconds = new double[repetitions];
    for (int i = -1; i < repetitions; i++) { // the first one compiles
      long start = System.nanoTime();
      composing.become(genomes.get(i & 1));
      double each = (System.nanoTime() - start) / NANOS;
      if (i >= 0) {
        seconds[i] = each;
      }
    }
    double typical = median(seconds);
    long written =
        live.runtime().config().tensors().stream().mapToLong(spec -> spec.elements()).sum()
            * live.runtime().placement().precision().bytes();
    double speed = (read + written) / typical / GIGA;
    int experts = basis.layout().experts().size();
    return new Row(candidate, experts, typical, speed, speed / memcpy, restored);
  }

  /** Whether another candidate is another model, and the first one again is the same. */
  private static boolean restores(Composing composing, LiveModel live, List<Genome> genomes)
      throws IOException {
    composing.become(genomes.getFirst());
    long first = live.checksum();
    composing.become(genomes.getLast());
    boolean changed = live.checksum() != first;
    composing.become(genomes.getFirst());
    return changed && live.checksum() == first;
  }

  private static Genome genome(SingularBasis basis, boolean moved, int number) {
    int experts = basis.layout().experts().size();
    double[] scales = new double[experts];
    Arrays.fill(scales, (1.0 + 0.1 * number) / experts);
    Genome child = Genome.uniform(basis.layout(), scales);
    return moved ? new ExpertBasisMutation(0.3).mutate(child, 0, Draws.at(1, number)) : child;
  }

  private static long bytes(Checkpoint base) {
    return base.tensors().values().stream().mapToLong(view -> view.spec().bytes()).sum();
  }

  private double memcpy(Checkpoint base) {
    progress.accept("copying memory");
    double[] seconds = new double[repetitions];
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment out = arena.allocate(bytes(base), Long.BYTES);
      for (int i = -1; i < repetitions; i++) { // the first one brings all into memory
        long start = System.nanoTime();
        long position = 0;
        for (TensorView view : base.tensors().values()) {
          MemorySegment.copy(view.data(), 0, out, position, view.data().byteSize());
          position += view.data().byteSize();
        }
        if (i >= 0) {
          seconds[i] = (System.nanoTime() - start) / NANOS;
        }
      }
    }
    return 2 * bytes(base) / median(seconds) / GIGA;
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }
}
