package org.cycleqd.merge;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.LongConsumer;
import org.cycleqd.merge.kernel.MergeKernel;
import org.cycleqd.merge.method.MergeException;
import org.cycleqd.merge.method.MergeMethod;
import org.cycleqd.merge.stream.FusedStep;
import org.cycleqd.merge.stream.TensorTask;
import org.cycleqd.merge.stream.TileStep;
import org.cycleqd.merge.stream.Tiles;
import org.cycleqd.tensor.DType;
import org.cycleqd.tensor.FloatConversion;
import org.cycleqd.tensor.TensorSource;
import org.cycleqd.tensor.TensorSpec;
import org.cycleqd.tensor.TensorTarget;

/**
 * Supplies merged tensors to whoever writes them: float32 arithmetic, one rounding to the output's
 * dtype, and no value that is not finite.
 *
 * <p>The result depends on the tasks only, not on the number of threads or the size of a tile.
 */
public final class StreamingMerge implements TensorSource, AutoCloseable {

  private final Map<String, TensorTask> tasks;
  private final Tiles tiles;
  private final Lookahead lookahead;
  private final LongConsumer progress;
  private final MergeKernel kernel = MergeKernel.fastest();
  private final Arena arena = Arena.ofShared();
  private final MemorySegment[] pieces;

  /**
   * Prepares a merge.
   *
   * @param tasks the tensors by name, in the order in which they will be asked for; another order
   *     is slower
   * @param tiles threads; not closed with the merge
   * @param progress told the number of output bytes whenever some are done, from any thread
   */
  public StreamingMerge(
      MergeMethod method, Map<String, TensorTask> tasks, Tiles tiles, LongConsumer progress) {
    this.tasks = Map.copyOf(tasks);
    this.tiles = tiles;
    this.lookahead = new Lookahead(method, tasks.values(), tiles);
    this.progress = progress;
    this.pieces = new MemorySegment[tiles.threads()];
    Arrays.fill(pieces, MemorySegment.NULL);
  }

  @Override
  public void write(TensorSpec spec, TensorTarget target) throws IOException {
    TensorTask task = tasks.get(spec.name());
    if (task == null || !task.output().equals(spec)) {
      throw new IllegalArgumentException("tensor %s is not part of the merge".formatted(spec));
    }
    TileStep step = lookahead.step(task);
    try {
      if (step instanceof FusedStep fused && task.isFusible()) {
        write(task, fused, target);
      } else {
        write(task, step, target);
      }
    } catch (MergeException e) {
      // An input that is not finite may have spoilt a norm, and with it everything.
      requireFiniteInputs(task);
      throw e;
    }
  }

  private void write(TensorTask task, TileStep step, TensorTarget target) throws IOException {
    DType dtype = task.output().dtype();
    long width = dtype.bits() / Byte.SIZE;
    float limit = dtype.largest();
    tiles.forEach(
        task,
        new CheckedStep(kernel, step, task),
        (tile, piece) -> {
          int beyond = kernel.firstBeyond(tile.out(), limit, tile.count());
          if (beyond >= 0) {
            throw notFinite(task, tile.firstElement() + beyond, tile.out()[beyond]);
          }
          long bytes = piece.count() * width;
          MemorySegment window = target.window(piece.first() * width, bytes);
          MemorySegment memory =
              window.equals(MemorySegment.NULL) ? piece(piece.worker(), bytes) : window;
          long start = (tile.firstElement() - piece.first()) * width;
          FloatConversion.round(dtype, tile.out(), 0, memory, start, tile.count());
          if (start + tile.count() * width == bytes) {
            if (window.equals(MemorySegment.NULL)) {
              target.put(piece.first() * width, memory);
            }
            progress.accept(bytes);
          }
        });
  }

  /** From memory to memory without tiles. */
  private void write(TensorTask task, FusedStep step, TensorTarget target) throws IOException {
    MemorySegment base = task.baseMemory();
    List<MemorySegment> models = task.modelMemory();
    tiles.forEachRun(
        task.output().elements(),
        Tiles.PIECE_ELEMENTS,
        piece -> {
          long start = piece.first() * Short.BYTES;
          long bytes = (long) piece.count() * Short.BYTES;
          MemorySegment[] runs = new MemorySegment[models.size()];
          for (int k = 0; k < runs.length; k++) {
            runs[k] = models.get(k).asSlice(start, bytes);
          }
          MemorySegment origin =
              base.equals(MemorySegment.NULL) ? base : base.asSlice(start, bytes);
          MemorySegment window = target.window(start, bytes);
          MemorySegment memory =
              window.equals(MemorySegment.NULL) ? piece(piece.worker(), bytes) : window;
          if (!step.apply(origin, runs, piece.first(), memory, piece.count())) {
            throw notFinite(task, step);
          }
          if (window.equals(MemorySegment.NULL)) {
            target.put(start, memory);
          }
          progress.accept(bytes);
        });
  }

  private MemorySegment piece(int worker, long bytes) {
    if (pieces[worker].byteSize() < bytes) {
      pieces[worker] = arena.allocate(bytes, Long.BYTES);
    }
    return pieces[worker].asSlice(0, bytes);
  }

  private void requireFiniteInputs(TensorTask task) throws IOException {
    TileStep.Stateless nothing = _ -> {};
    try (Tiles alone = new Tiles(1)) {
      alone.inOrder(task, new CheckedStep(kernel, nothing, task), (_, _) -> {});
    }
  }

  /** Looks for the element that was refused without being told which. */
  private MergeException notFinite(TensorTask task, TileStep step) throws IOException {
    try (Tiles alone = new Tiles(1)) {
      alone.inOrder(
          task,
          new CheckedStep(kernel, step, task),
          (tile, _) -> {
            int beyond = kernel.firstBeyond(tile.out(), DType.BF16.largest(), tile.count());
            if (beyond >= 0) {
              throw notFinite(task, tile.firstElement() + beyond, tile.out()[beyond]);
            }
          });
    } catch (MergeException e) {
      return e;
    }
    return new MergeException(
        "tensor %s: found weights so far apart that a difference is infinite, expected finite ones"
            .formatted(task.output().name()));
  }

  /** The inputs are known to be finite. */
  private static MergeException notFinite(TensorTask task, long element, float merged) {
    long columns = task.output().columns();
    return new MergeException(
        "tensor %s: element [%d, %d]: found a merged value of %s, expected one within %s"
            .formatted(
                task.output().name(),
                element / columns,
                element % columns,
                merged,
                task.output().dtype()));
  }

  @Override
  public void close() {
    lookahead.close();
    arena.close();
  }
}
