package org.cycleqd.merge.stream;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import org.cycleqd.merge.kernel.MergeKernel;
import org.cycleqd.random.Draws;

/**
 * Finds the k-th largest magnitude of a tensor exactly, without sorting or copying it.
 *
 * <p>A sample brackets it; one pass counts what lies above the bracket and, by bits, what lies
 * inside. Only where the bracket is wider than the counters, or was missed, more passes narrow it.
 */
public final class Selection {

  private static final int SAMPLE_RUN = 32;
  private static final int MAXIMUM_RUNS = 1 << 12;

  /** One in so many elements is looked at first. */
  private static final long SAMPLED = 512;

  /** Kept elements of all brackets together; beyond, many are equal and counting is better. */
  private static final long MAXIMUM_KEPT = 1 << 25;

  private final MergeKernel kernel;
  private final Tiles tiles;
  private final TensorTask task;
  private final Channels channels;
  private final boolean elementwise;
  private final boolean fused;
  private final int[][] collected;

  private Selection(
      MergeKernel kernel,
      Tiles tiles,
      TensorTask task,
      Channels channels,
      boolean elementwise,
      boolean fused) {
    this.kernel = kernel;
    this.tiles = tiles;
    this.task = task;
    this.channels = channels;
    this.elementwise = elementwise;
    this.fused = fused;
    this.collected = new int[tiles.threads()][];
  }

  /**
   * Prepares a selection of values that are computed from tiles.
   *
   * @param channels computes the values whose magnitudes are ranked
   * @param elementwise whether a value depends on the elements at its own place only
   */
  public Selection(
      MergeKernel kernel, Tiles tiles, TensorTask task, Channels channels, boolean elementwise) {
    this(kernel, tiles, task, channels, elementwise, false);
  }

  /** Prepares a selection of the models' differences from the base. */
  public static Selection ofDeltas(MergeKernel kernel, Tiles tiles, TensorTask task) {
    Channels deltas =
        tile -> {
          for (float[] model : tile.models()) {
            kernel.subtract(model, tile.base(), tile.count());
          }
          return tile.models();
        };
    return new Selection(kernel, tiles, task, deltas, true, task.isFusible());
  }

  /**
   * A wanted cut.
   *
   * @param cut below the largest elements
   * @param equalsBefore how many elements equal its magnitude before each {@link
   *     Tiles#PIECE_ELEMENTS} elements, and in all; empty if it is not known
   */
  @SuppressWarnings("ArrayRecordComponent") // read once, never compared
  public record Found(Cut cut, Optional<long[]> equalsBefore) {}

  /**
   * Finds cuts.
   *
   * @param ranks for each channel the numbers of largest elements that are wanted
   * @return for each channel and rank the cut below the largest elements
   * @throws IOException if the thread was interrupted
   */
  public List<List<Found>> cuts(List<List<Long>> ranks) throws IOException {
    List<List<Bracket>> brackets = new ArrayList<>();
    List<Bracket> open = new ArrayList<>();
    for (int c = 0; c < ranks.size(); c++) {
      List<Bracket> row = new ArrayList<>();
      for (long rank : ranks.get(c)) {
        Bracket bracket = new Bracket(c, rank, task.output().elements());
        row.add(bracket);
        if (bracket.isOpen()) {
          open.add(bracket);
        }
      }
      brackets.add(row);
    }
    if (!open.isEmpty()) {
      guess(open);
      if (fused) {
        keep(open);
        open.removeIf(bracket -> !bracket.isOpen());
      }
    }
    while (!open.isEmpty()) {
      count(open);
      open.removeIf(bracket -> !bracket.isOpen());
    }
    return brackets.stream()
        .map(row ->
            row.stream().map(bracket -> new Found(bracket.cut(), bracket.equalsBefore())).toList())
        .toList();
  }

  /** Memory in bytes that one rank takes. */
  public static long workingBytes(long elements, int threads) {
    long counters = (long) Bracket.mostBins(elements) * Integer.BYTES * threads;
    // A few percent are kept, four bytes each, and once more to find the rank among them.
    return Math.max(counters, Math.min(elements / 5, MAXIMUM_KEPT * 2 * Integer.BYTES));
  }

  /** A pass over task vectors in memory, which also tells where equal elements are. */
  private void keep(List<Bracket> open) throws IOException {
    long elements = task.output().elements();
    long pieces = Math.ceilDiv(elements, Tiles.PIECE_ELEMENTS);
    List<Vicinity> vicinities = open.stream().map(bracket -> bracket.vicinity(pieces)).toList();
    MemorySegment base = task.baseMemory();
    List<MemorySegment> models = task.modelMemory();
    LongAdder kept = new LongAdder();
    tiles.forEachRun(
        elements,
        Tiles.PIECE_ELEMENTS,
        piece -> {
          int[] around = hits(piece.worker(), piece.count());
          for (int i = 0; i < open.size(); i++) {
            if (kept.sum() <= MAXIMUM_KEPT) {
              MemorySegment model = models.get(open.get(i).channel());
              kept.add(vicinities.get(i).collect(piece, base, model, around));
            }
          }
        });
    if (kept.sum() <= MAXIMUM_KEPT) {
      tiles.forEachRun(
          open.size(),
          1,
          piece -> {
            int i = (int) piece.first();
            open.get(i).select(vicinities.get(i));
          });
    }
  }

  private void count(List<Bracket> open) throws IOException {
    open.forEach(bracket -> bracket.startCounting(tiles.threads()));
    TileStep.Stateless anywhere = _ -> {};
    TileStep inRows = _ -> {};
    tiles.forEach(
        task,
        elementwise ? anywhere : inRows,
        (tile, piece) -> {
          float[][] values = channels.of(tile);
          int[] hits = hits(piece.worker(), tile.count());
          for (Bracket bracket : open) {
            long found =
                kernel.collect(
                    values[bracket.channel()],
                    bracket.low(),
                    bracket.shift(),
                    bracket.bins(),
                    hits,
                    tile.count());
            bracket.count(piece.worker(), hits, found);
          }
        });
    open.forEach(Bracket::narrow);
  }

  private int[] hits(int worker, int count) {
    int wanted = count + MergeKernel.SLACK;
    if (collected[worker] == null || collected[worker].length < wanted) {
      collected[worker] = new int[wanted];
    }
    return collected[worker];
  }

  private void guess(List<Bracket> open) throws IOException {
    long elements = task.output().elements();
    Tile tile = sampled(elements);
    float[][] values = channels.of(tile);
    int count = tile.count();
    tiles.forEachRun(
        open.size(),
        1,
        piece -> {
          Bracket bracket = open.get((int) piece.first());
          bracket.guess(bits(values[bracket.channel()], count), elements);
        });
  }

  private Tile sampled(long elements) {
    Draws draws = Draws.at(0, "sample", task.output().name());
    if (!elementwise || !task.isInMemory()) {
      long columns = task.output().columns();
      int rows = (int) Math.min(tiles.pieceElements(columns) / columns, task.output().rows());
      long last = task.output().rows() - rows;
      return tiles.rows(task, (long) (draws.uniform(0) * last), rows);
    }
    int run = (int) Math.min(SAMPLE_RUN, elements);
    int runs = (int) Math.min(MAXIMUM_RUNS, Math.ceilDiv(elements, SAMPLED * run));
    long[] starts = new long[runs];
    double stride = (double) (elements - run) / runs;
    for (int i = 0; i < runs; i++) {
      starts[i] = (long) ((i + draws.uniform(i)) * stride);
    }
    return tiles.sample(task, starts, run);
  }

  private static int[] bits(float[] values, int count) {
    int[] bits = new int[count];
    for (int i = 0; i < count; i++) {
      bits[i] = Float.floatToRawIntBits(Math.abs(values[i]));
    }
    return bits;
  }
}
