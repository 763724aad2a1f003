package org.cycleqd.study;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.cycleqd.checkpoint.CheckpointContent;
import org.cycleqd.checkpoint.ExistingTarget;
import org.cycleqd.checkpoint.LinkPolicy;
import org.cycleqd.merge.MergePlan;
import org.cycleqd.merge.Merger;
import org.cycleqd.merge.ModelFolders;
import org.cycleqd.merge.StreamingMerge;
import org.cycleqd.merge.recipe.RecipeReader;
import org.cycleqd.merge.stream.TensorTask;
import org.cycleqd.merge.stream.Tiles;
import org.cycleqd.tensor.TensorRows;
import org.cycleqd.tensor.TensorTarget;
import org.cycleqd.tensor.TensorView;

/**
 * How fast models are merged, against copying memory.
 *
 * <p>Bytes count once for every stream: each input that is merged and the output; a copy has two
 * streams. Inputs are in the page cache and mapped; the output goes to memory. Every method runs
 * several times, with a copy before each, and the medians count.
 */
public final class MergeBenchmark {

  private static final double NANOS = 1e9;
  private static final double GIGA = 1e9;
  private static final int COPY_BLOCK = 1 << 22;

  /** Memory that the output goes to where the model is too large to keep it. */
  private static final long WINDOW = 1L << 28;

  private final Path folder;
  private final Tiles tiles;
  private final int repetitions;
  private final Consumer<String> progress;

  /**
   * Prepares a benchmark.
   *
   * @param folder where models are or will be
   * @param tiles the threads
   * @param repetitions of each measurement
   * @param progress told what is being measured
   */
  public MergeBenchmark(Path folder, Tiles tiles, int repetitions, Consumer<String> progress) {
    this.folder = folder;
    this.tiles = tiles;
    this.repetitions = repetitions;
    this.progress = progress;
  }

  /**
   * One method's figures.
   *
   * @param seconds median time of a merge to memory
   * @param gbPerSecond all streams together
   * @param memcpyShare of the speed of copying, measured beside it
   * @param peakMib most memory that belongs to no file, the output's own not counted
   */
  public record Row(
      String method, double seconds, double gbPerSecond, double memcpyShare, double peakMib) {}

  /**
   * A merge from files to a file.
   *
   * @param seconds of the merge, synced
   * @param copySeconds of reading the inputs and writing a copy of the output, synced
   */
  public record FileToFile(double seconds, double copySeconds) {

    /** The merge's time in units of the copy's. */
    public double ratio() {
      return seconds / copySeconds;
    }
  }

  /**
   * All figures.
   *
   * @param memcpyGbPerSecond median speed of copying
   */
  public record Result(
      List<Row> methods, double memcpyGbPerSecond, Optional<FileToFile> fileToFile) {

    /** Copies the list. */
    public Result {
      methods = List.copyOf(methods);
    }
  }

  /**
   * Measures.
   *
   * @param shape of the models, which are written if they are not there
   * @param sparse whether the models are zeros without disk blocks; nothing is then written either
   * @param methods names of methods
   * @throws IOException if models cannot be written or merged
   */
  public Result measure(LlamaShape shape, boolean sparse, List<String> methods) throws IOException {
    progress.accept("writing synthetic models");
    Files.createDirectories(folder);
    SyntheticModels.write(folder, shape.config(), sparse);
    List<Row> rows = new ArrayList<>();
    List<Double> copies = new ArrayList<>();
    for (String method : methods) {
      progress.accept(method);
      rows.add(measure(method, copies));
    }
    Optional<FileToFile> files = Optional.empty();
    if (!sparse) {
      progress.accept("file to file");
      files = Optional.of(fileToFile());
    }
    return new Result(rows, median(copies), files);
  }

  private MergePlan plan(String method) throws IOException {
    String recipe = SyntheticModels.recipes().get(method);
    if (recipe == null) {
      throw new IllegalArgumentException("no recipe for " + method);
    }
    Path name = folder.resolve(method + ".yaml");
    return MergePlan.of(
        name,
        RecipeReader.parse(recipe, name),
        new ModelFolders(name, Optional.of(folder), LinkPolicy.REFUSE));
  }

  private Row measure(String method, List<Double> copies) throws IOException {
    try (MergePlan plan = plan(method);
        Arena arena = Arena.ofShared()) {
      MemorySegment out = arena.allocate(Math.min(plan.bytesToWrite(), WINDOW * 16));
      out.fill((byte) 1); // so that the pages are there before anything is measured
      merge(plan, out); // compiles, and brings the inputs into memory
      List<Double> seconds = new ArrayList<>();
      List<Double> beside = new ArrayList<>();
      long peak;
      try (ResidentMemory memory = ResidentMemory.watching()) {
        for (int i = 0; i < repetitions; i++) {
          beside.add(copySpeed(plan, out));
          long start = System.nanoTime();
          merge(plan, out);
          seconds.add((System.nanoTime() - start) / NANOS);
        }
        peak = memory.peak() - out.byteSize();
      }
      copies.addAll(beside);
      double speed = (plan.bytesToRead() + plan.bytesToWrite()) / median(seconds) / GIGA;
      return new Row(
          method, median(seconds), speed, speed / median(beside), peak / (double) (1 << 20));
    }
  }

  /** Merges all tensors, one behind the other in memory, from the start again where it is full. */
  private void merge(MergePlan plan, MemorySegment out) throws IOException {
    long position = 0;
    try (StreamingMerge merge =
        new StreamingMerge(plan.method(), plan.tasks(), tiles, bytes -> {})) {
      for (TensorTask task : plan.tasks().values()) {
        long bytes = task.output().bytes();
        if (position + bytes > out.byteSize()) {
          position = 0;
        }
        merge.write(task.output(), TensorTarget.into(out.asSlice(position, bytes)));
        position += bytes;
      }
    }
  }

  /**
   * GB/s of copying as many bytes from the same inputs to the same memory, both streams counted.
   */
  private double copySpeed(MergePlan plan, MemorySegment out) throws IOException {
    long moved = 0;
    long start = System.nanoTime();
    long position = 0;
    for (TensorTask task : plan.tasks().values()) {
      TensorRows first = task.base().orElseGet(() -> task.sources().getFirst().rows());
      MemorySegment source = ((TensorView) first).data();
      if (position + source.byteSize() > out.byteSize()) {
        position = 0;
      }
      MemorySegment target = out.asSlice(position, source.byteSize());
      tiles.forEachRun(
          source.byteSize(),
          COPY_BLOCK,
          piece -> MemorySegment.copy(source, piece.first(), target, piece.first(), piece.count()));
      position += source.byteSize();
      moved += 2 * source.byteSize();
    }
    return moved / ((System.nanoTime() - start) / NANOS) / GIGA;
  }

  private FileToFile fileToFile() throws IOException {
    List<Double> merges = new ArrayList<>();
    List<Double> copies = new ArrayList<>();
    Path target = folder.resolve("merged");
    for (int i = 0; i < repetitions; i++) {
      try (MergePlan plan = plan("linear")) {
        long start = System.nanoTime();
        Merger.publish(
            plan,
            target,
            ExistingTarget.REPLACE,
            tiles,
            CheckpointContent.DEFAULT_SHARD_BYTES,
            bytes -> {});
        merges.add((System.nanoTime() - start) / NANOS);
      }
      copies.add(copyFiles(target));
    }
    return new FileToFile(median(merges), median(copies));
  }

  /** Reads the inputs and writes a synced copy of the output, through one buffer. */
  private double copyFiles(Path merged) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocateDirect(COPY_BLOCK);
    long start = System.nanoTime();
    for (String model : SyntheticModels.NAMES) {
      transfer(folder.resolve(model).resolve("model.safetensors"), Optional.empty(), buffer);
    }
    Path copy = folder.resolve("copy.safetensors");
    transfer(merged.resolve("model.safetensors"), Optional.of(copy), buffer);
    double seconds = (System.nanoTime() - start) / NANOS;
    Files.delete(copy);
    return seconds;
  }

  private static void transfer(Path from, Optional<Path> to, ByteBuffer buffer) throws IOException {
    try (FileChannel source = FileChannel.open(from);
        FileChannel target =
            to.isPresent()
                ? FileChannel.open(
                    to.get(), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)
                : FileChannel.open(from)) {
      while (source.read(buffer.clear()) >= 0) {
        buffer.flip();
        while (to.isPresent() && buffer.hasRemaining()) {
          target.write(buffer);
        }
      }
      if (to.isPresent()) {
        target.force(true);
      }
    }
  }

  private static double median(List<Double> values) {
    double[] sorted = values.stream().mapToDouble(Double::doubleValue).toArray();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }
}
