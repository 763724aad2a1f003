package org.cycleqd.merge.stream;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.cycleqd.merge.kernel.MergeKernel;
import org.cycleqd.random.Draws;
import org.jspecify.annotations.Nullable;

/**
 * Finds the k-th largest magnitude of a tensor exactly, without sorting or copying it.
 *
 * <p>A sample brackets it; one pass counts what lies above the bracket and, by bits, what lies
 * inside. Only where the bracket is wider than the counters, or was missed, more passes narrow it.
 */
public final class Selection {

  private static final int MAXIMUM_BINS = 1 << 20;
  private static final int MINIMUM_BINS = 1 << 10;
  private static final int SAMPLE_RUN = 32;
  private static final int MAXIMUM_RUNS = 1 << 12;
  private static final double SIGMAS = 8;

  private final MergeKernel kernel;
  private final Tiles tiles;
  private final TensorTask task;
  private final Channels channels;
  private final boolean elementwise;

  /**
   * Prepares a selection.
   *
   * @param channels computes the values whose magnitudes are ranked
   * @param elementwise whether a value depends on the elements at its own place only
   */
  public Selection(
      MergeKernel kernel, Tiles tiles, TensorTask task, Channels channels, boolean elementwise) {
    this.kernel = kernel;
    this.tiles = tiles;
    this.task = task;
    this.channels = channels;
    this.elementwise = elementwise;
  }

  /**
   * Finds cuts.
   *
   * @param ranks for each channel the numbers of largest elements that are wanted
   * @return for each channel and rank the cut below the largest elements
   * @throws IOException if the thread was interrupted
   */
  public List<List<Cut>> cuts(List<List<Long>> ranks) throws IOException {
    List<List<Bracket>> brackets = new ArrayList<>();
    List<Bracket> open = new ArrayList<>();
    for (int c = 0; c < ranks.size(); c++) {
      List<Bracket> row = new ArrayList<>();
      for (long rank : ranks.get(c)) {
        Bracket bracket = new Bracket(c, rank, task.output().elements());
        row.add(bracket);
        if (bracket.cut == null) {
          open.add(bracket);
        }
      }
      brackets.add(row);
    }
    if (!open.isEmpty()) {
      bracket(open);
    }
    while (!open.isEmpty()) {
      count(open);
      open.removeIf(bracket -> bracket.cut != null);
    }
    return brackets.stream().map(row -> row.stream().map(Bracket::cut).toList()).toList();
  }

  /** Memory in bytes that the counters of one rank take. */
  public static long countersBytes(long elements, int threads) {
    return (long) mostBins(elements) * Integer.BYTES * threads;
  }

  /** More counters than elements would only cost time. */
  private static int mostBins(long elements) {
    long bins = Long.highestOneBit(Math.max(1, elements));
    return Math.clamp(bins, MINIMUM_BINS, MAXIMUM_BINS);
  }

  private void count(List<Bracket> open) throws IOException {
    open.forEach(bracket -> bracket.reset(tiles.threads()));
    TileStep.Stateless anywhere = _ -> {};
    TileStep inRows = _ -> {};
    tiles.forEach(
        task,
        elementwise ? anywhere : inRows,
        (tile, piece) -> {
          float[][] values = channels.of(tile);
          for (Bracket bracket : open) {
            int worker = piece.worker();
            bracket.above[worker] +=
                kernel.tally(
                    values[bracket.channel],
                    bracket.low,
                    bracket.shift,
                    bracket.histograms[worker],
                    tile.count());
          }
        });
    open.forEach(Bracket::narrow);
  }

  private void bracket(List<Bracket> open) {
    long elements = task.output().elements();
    Tile tile = sampled(elements);
    float[][] values = channels.of(tile);
    int[][] sorted = new int[values.length][];
    for (Bracket bracket : open) {
      if (sorted[bracket.channel] == null) {
        sorted[bracket.channel] = sortedBits(values[bracket.channel], tile.count());
      }
      bracket.guess(sorted[bracket.channel], elements);
    }
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
    int runs = (int) Math.min(MAXIMUM_RUNS, Math.ceilDiv(elements, 16L * run));
    long[] starts = new long[runs];
    double stride = (double) (elements - run) / runs;
    for (int i = 0; i < runs; i++) {
      starts[i] = (long) ((i + draws.uniform(i)) * stride);
    }
    return tiles.sample(task, starts, run);
  }

  private static int[] sortedBits(float[] values, int count) {
    int[] bits = new int[count];
    for (int i = 0; i < count; i++) {
      bits[i] = Float.floatToRawIntBits(Math.abs(values[i]));
    }
    Arrays.sort(bits);
    return bits;
  }

  /** What is known about one wanted magnitude: its bits lie in {@code bins << shift} from low. */
  private static final class Bracket {

    private final int channel;
    private final long rank;
    private int low;
    private final int mostBins;
    private int shift;
    private int bins;
    private long[] above = {};
    private int[][] histograms = {};
    private @Nullable Cut cut;

    Bracket(int channel, long rank, long elements) {
      this.channel = channel;
      this.rank = rank;
      this.mostBins = mostBins(elements);
      widen();
      if (rank <= 0) {
        cut = Cut.NONE;
      } else if (rank >= elements) {
        cut = Cut.ALL;
      }
    }

    Cut cut() {
      return Objects.requireNonNull(cut);
    }

    void reset(int threads) {
      above = new long[threads];
      histograms = new int[threads][bins];
    }

    /** The place of the rank in the sample, give or take what chance allows. */
    void guess(int[] sorted, long elements) {
      double share = 1 - (double) rank / elements;
      double spread = SIGMAS * Math.sqrt(sorted.length * Math.max(share * (1 - share), 0)) + 2;
      int first = (int) Math.floor(share * sorted.length - spread);
      int last = (int) Math.ceil(share * sorted.length + spread);
      low = first < 0 ? 0 : sorted[first];
      int high = last >= sorted.length ? Integer.MAX_VALUE : sorted[last];
      resolve((long) high - low + 1);
    }

    private void resolve(long width) {
      shift = 0;
      while (Math.ceilDiv(width, 1L << shift) > mostBins) {
        shift++;
      }
      bins = (int) Math.ceilDiv(width, 1L << shift);
    }

    void narrow() {
      long reached = Arrays.stream(above).sum();
      if (reached >= rank) {
        widen();
        return;
      }
      for (int bin = bins - 1; bin >= 0; bin--) {
        long inside = 0;
        for (int[] histogram : histograms) {
          inside += histogram[bin];
        }
        if (reached + inside >= rank) {
          low += bin << shift;
          if (shift == 0) {
            cut = new Cut(Float.intBitsToFloat(low), rank - reached, inside);
          } else {
            resolve(1L << shift);
          }
          return;
        }
        reached += inside;
      }
      widen();
    }

    /** The sample misled. */
    private void widen() {
      low = 0;
      resolve(1L << (Integer.SIZE - 1));
    }
  }
}
