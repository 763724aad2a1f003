package org.cycleqd.study;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.function.Consumer;
import org.cycleqd.checkpoint.Checkpoint;
import org.cycleqd.checkpoint.LlamaConfig;
import org.cycleqd.merge.stream.Tiles;
import org.cycleqd.random.Draws;
import org.cycleqd.spectral.BasisListener;
import org.cycleqd.spectral.BasisPolicy;
import org.cycleqd.spectral.BasisStore;
import org.cycleqd.spectral.Expert;
import org.cycleqd.spectral.ExpertBasisMutation;
import org.cycleqd.spectral.Genome;
import org.cycleqd.spectral.GenomeWeights;
import org.cycleqd.spectral.SingularBasis;
import org.cycleqd.spectral.TensorSite;
import org.cycleqd.tensor.TensorTarget;
import org.cycleqd.tensor.TensorView;

/**
 * What individuals cost: a mutated child against a new decomposition and against the plain matrix
 * products, the bases of adapters, whole children against copying memory, and genomes.
 */
public final class BasisBenchmark {

  private static final double NANOS = 1e9;
  private static final double GIGA = 1e9;
  private static final double MEBI = 1 << 20;
  private static final int COPY_BLOCK = 1 << 22;
  private static final int SIZE = 2048;
  private static final int TRUNCATED = 128;

  /** Memory that a child goes to, from the start again where it is full. */
  private static final long WINDOW = 1L << 30;

  private final Path folder;
  private final int threads;
  private final int repetitions;
  private final Consumer<String> progress;

  /**
   * Prepares a benchmark.
   *
   * @param folder where models and bases are or will be
   * @param threads of building and composing
   * @param repetitions of each measurement
   * @param progress told what is being measured
   */
  public BasisBenchmark(Path folder, int threads, int repetitions, Consumer<String> progress) {
    this.folder = folder;
    this.threads = threads;
    this.repetitions = repetitions;
    this.progress = progress;
  }

  /**
   * Adapters on a base.
   *
   * @param experts how many
   * @param buildSeconds of all bases, base and adapters read for their digests included
   * @param buildPeakMib most memory meanwhile that belongs to no file
   * @param childSeconds median time of a child in memory, all components of an expert moved
   * @param childPeakMib most memory meanwhile, the child's own not counted
   * @param childGbPerSecond the base read and the child written
   * @param memcpyGbPerSecond of copying the base, both streams counted
   * @param leastSeconds that copying the base takes, or multiplying the factors
   */
  public record Adapters(
      int experts,
      int rank,
      double buildSeconds,
      double buildPeakMib,
      double childSeconds,
      double childPeakMib,
      double childGbPerSecond,
      double memcpyGbPerSecond,
      double leastSeconds) {

    /** The child's speed in units of the copy's. */
    public double memcpyShare() {
      return childGbPerSecond / memcpyGbPerSecond;
    }

    /** The child's time in units of the least. */
    public double ratio() {
      return childSeconds / leastSeconds;
    }
  }

  /** All figures. */
  public record Result(
      List<MutationCost> mutations, List<Adapters> adapters, List<GenomeSize> genomes) {

    /** Copies the lists. */
    public Result {
      mutations = List.copyOf(mutations);
      adapters = List.copyOf(adapters);
      genomes = List.copyOf(genomes);
    }
  }

  /**
   * Measures.
   *
   * @param shape of base and genomes
   * @param sparse whether the base is zeros without disk blocks
   * @param rank of the adapters
   */
  public Result measure(LlamaShape shape, boolean sparse, int rank)
      throws IOException, InterruptedException {
    progress.accept("a mutated child in one matrix");
    List<MutationCost> mutations =
        MutationCost.measure(folder.resolve("matrix"), SIZE, TRUNCATED, repetitions);
    progress.accept("sizes of genomes");
    LlamaConfig config = shape.config();
    List<GenomeSize> genomes =
        List.of(
            GenomeSize.measure(config, Integer.MAX_VALUE, folder),
            GenomeSize.measure(config, TRUNCATED, folder));
    progress.accept("writing synthetic models");
    Path models = folder.resolve(shape.label() + (sparse ? "-sparse" : ""));
    Files.createDirectories(models);
    SyntheticModels.writeBase(models, config, sparse);
    List<Path> adapters = SyntheticAdapters.write(models, config, rank, 3);
    return new Result(
        mutations,
        List.of(adapters(models, adapters.subList(0, 1), rank), adapters(models, adapters, rank)),
        genomes);
  }

  private Adapters adapters(Path models, List<Path> folders, int rank) throws IOException {
    progress.accept("the bases of %d adapters".formatted(folders.size()));
    Path store = Files.createTempDirectory(models, "bases");
    SequencedMap<String, Expert> experts = new LinkedHashMap<>();
    try (Checkpoint base = Checkpoint.open(models.resolve("base"));
        ResidentMemory memory = ResidentMemory.watching()) {
      for (Path adapter : folders) {
        experts.put("expert-" + experts.size(), Expert.open(base, adapter));
      }
      long start = System.nanoTime();
      try (SingularBasis basis =
          new BasisStore(store, threads)
              .open(base, experts, BasisPolicy.exact(), BasisListener.silent())) {
        double seconds = (System.nanoTime() - start) / NANOS;
        double peak = memory.peak() / MEBI;
        progress.accept("children of %d adapters".formatted(folders.size()));
        return children(base, basis, rank, seconds, peak);
      }
    } finally {
      experts.values().forEach(Expert::close);
      BenchmarkFolders.delete(store);
    }
  }

  private Adapters children(
      Checkpoint base, SingularBasis basis, int rank, double buildSeconds, double buildPeak)
      throws IOException {
    long bytes = base.tensors().values().stream().mapToLong(view -> view.spec().bytes()).sum();
    double[] seconds = new double[repetitions];
    double[] copies = new double[repetitions];
    try (Tiles tiles = new Tiles(threads);
        Arena arena = Arena.ofShared()) {
      MemorySegment out = arena.allocate(Math.max(WINDOW, largest(base)), 64);
      out.fill((byte) 1); // so that the pages are there before anything is measured
      double peak;
      try (ResidentMemory memory = ResidentMemory.watching()) {
        for (int i = -1; i < repetitions; i++) {
          long start = System.nanoTime();
          copy(base, tiles, out);
          long middle = System.nanoTime();
          compose(base, basis, tiles, out, i);
          if (i >= 0) { // the first one compiles, and brings the base into memory
            copies[i] = (middle - start) / NANOS;
            seconds[i] = (System.nanoTime() - middle) / NANOS;
          }
        }
        peak = (memory.peak() - out.byteSize()) / MEBI;
      }
      return new Adapters(
          basis.layout().experts().size(),
          rank,
          buildSeconds,
          buildPeak,
          median(seconds),
          peak,
          2 * bytes / median(seconds) / GIGA,
          2 * bytes / median(copies) / GIGA,
          Math.max(median(copies), multiplying(base, basis)));
    }
  }

  /** The least seconds that the products of all factors take on all threads. */
  private double multiplying(Checkpoint base, SingularBasis basis) {
    double operations = 0;
    for (TensorSite site : basis.layout().tensors()) {
      double elements = base.tensor(site.name()).spec().elements();
      operations += 2 * elements * site.rank() * basis.layout().experts().size();
    }
    return operations / (threads * Ceilings.measure().operationsPerSecond());
  }

  private static long largest(Checkpoint base) {
    return base.tensors().values().stream()
        .mapToLong(view -> view.spec().bytes())
        .max()
        .orElseThrow();
  }

  private static void compose(
      Checkpoint base, SingularBasis basis, Tiles tiles, MemorySegment out, int number)
      throws IOException {
    double[] equal = new double[basis.layout().experts().size()];
    Arrays.fill(equal, 1.0 / equal.length);
    Genome child =
        new ExpertBasisMutation(0.3)
            .mutate(Genome.uniform(basis.layout(), equal), 0, Draws.at(1, number));
    try (GenomeWeights weights = basis.weights(child, tiles, _ -> {})) {
      long position = 0;
      for (TensorView view : base.tensors().values()) {
        long size = view.spec().bytes();
        position = position + size > out.byteSize() ? 0 : position;
        weights.write(view.spec(), TensorTarget.into(out.asSlice(position, size)));
        position += size;
      }
    }
  }

  private static void copy(Checkpoint base, Tiles tiles, MemorySegment out) throws IOException {
    long position = 0;
    for (TensorView view : base.tensors().values()) {
      MemorySegment source = view.data();
      position = position + source.byteSize() > out.byteSize() ? 0 : position;
      MemorySegment target = out.asSlice(position, source.byteSize());
      tiles.forEachRun(
          source.byteSize(),
          COPY_BLOCK,
          piece -> MemorySegment.copy(source, piece.first(), target, piece.first(), piece.count()));
      position += source.byteSize();
    }
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }
}
