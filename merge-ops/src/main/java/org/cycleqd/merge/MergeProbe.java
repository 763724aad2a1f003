package org.cycleqd.merge;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.cycleqd.merge.stream.TensorTask;
import org.cycleqd.merge.stream.Tiles;

/**
 * How fast this machine merges, measured on part of the merge itself.
 *
 * @param mergeRate merged bytes per second from the models to memory; files that are not cached are
 *     read from their disk, and count
 * @param writeRate bytes per second to the target's file system
 */
public record MergeProbe(double mergeRate, double writeRate) {

  private static final double NANOS = 1e9;
  private static final double ENOUGH_SECONDS = 1.5;
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
    double best = 0;
    long start = System.nanoTime();
    try (StreamingMerge merge =
        new StreamingMerge(plan.method(), plan.tasks(), tiles, bytes -> {})) {
      // The first tensors are slow until the code is compiled, so the best rate of a few counts.
      while ((System.nanoTime() - start) / NANOS < ENOUGH_SECONDS) {
        for (TensorTask task : plan.tasks().values()) {
          long before = System.nanoTime();
          merge.write(task.output(), MergeProbe::discard);
          double seconds = (System.nanoTime() - before) / NANOS;
          if (task.output().bytes() >= BLOCK || best == 0) {
            best = Math.max(best, task.output().bytes() / seconds);
          }
          if ((System.nanoTime() - start) / NANOS >= ENOUGH_SECONDS) {
            break;
          }
        }
      }
    }
    return best;
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
