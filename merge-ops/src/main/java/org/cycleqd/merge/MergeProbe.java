package org.cycleqd.merge;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.cycleqd.merge.stream.TensorTask;
import org.cycleqd.merge.stream.Tiles;
import org.cycleqd.tensor.TensorSpec;

/**
 * How fast this machine merges, measured on part of the merge itself.
 *
 * @param mergeRate merged bytes per second from the models to memory; files that are not cached are
 *     read from their disk, and count
 * @param writeRate bytes per second to the target's file system
 */
public record MergeProbe(double mergeRate, double writeRate) {

  private static final double NANOS = 1e9;
  private static final double WARM_UP_SECONDS = 0.4;
  private static final double ENOUGH_SECONDS = 1.2;
  private static final int BLOCK = 1 << 22;
  private static final int BLOCKS = 32;

  /**
   * Merges for about two seconds without keeping anything, and writes a temporary file.
   *
   * @param folder where the temporary file goes
   * @throws IOException if a weight cannot be merged or the file not be written
   */
  public static MergeProbe measure(MergePlan plan, Tiles tiles, Path folder) throws IOException {
    return new MergeProbe(mergeRate(plan, tiles), writeRate(folder));
  }

  /** Seconds that a merge takes which writes so many bytes. */
  public double seconds(long bytesToWrite) {
    return bytesToWrite / mergeRate + bytesToWrite / writeRate;
  }

  private static double mergeRate(MergePlan plan, Tiles tiles) throws IOException {
    // The small ones first, so that code is compiled before the ones that count are measured.
    List<TensorSpec> tensors =
        plan.tasks().values().stream()
            .map(TensorTask::output)
            .sorted(Comparator.comparingLong(TensorSpec::bytes))
            .toList();
    try (StreamingMerge merge =
        new StreamingMerge(plan.method(), plan.tasks(), tiles, bytes -> {})) {
      bestSeconds(merge, tensors, WARM_UP_SECONDS);
      Map<TensorSpec, Double> best = bestSeconds(merge, tensors, ENOUGH_SECONDS);
      long bytes = best.keySet().stream().mapToLong(TensorSpec::bytes).sum();
      return bytes / best.values().stream().mapToDouble(Double::doubleValue).sum();
    }
  }

  /** The shortest time of each tensor that there was time for, at least one, over all rounds. */
  private static Map<TensorSpec, Double> bestSeconds(
      StreamingMerge merge, List<TensorSpec> tensors, double enough) throws IOException {
    Map<TensorSpec, Double> best = new LinkedHashMap<>();
    long start = System.nanoTime();
    while (true) {
      for (TensorSpec tensor : tensors) {
        long before = System.nanoTime();
        merge.write(tensor, MergeProbe::discard);
        long after = System.nanoTime();
        best.merge(tensor, Math.max(1, after - before) / NANOS, Math::min);
        if ((after - start) / NANOS >= enough) {
          return best;
        }
      }
    }
  }

  private static void discard(@SuppressWarnings("unused") long offset, MemorySegment bytes) {
    // The bytes were computed, and that is all that was wanted.
  }

  private static double writeRate(Path folder) throws IOException {
    Path file = Files.createTempFile(folder, ".cycleqd-probe", null);
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      ByteBuffer block = ByteBuffer.allocateDirect(BLOCK);
      long start = System.nanoTime();
      for (int i = 0; i < BLOCKS; i++) {
        block.clear();
        while (block.hasRemaining()) {
          channel.write(block);
        }
      }
      channel.force(true);
      return (double) BLOCK * BLOCKS / ((System.nanoTime() - start) / NANOS);
    } finally {
      Files.delete(file);
    }
  }
}
