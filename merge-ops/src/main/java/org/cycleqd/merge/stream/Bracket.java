package org.cycleqd.merge.stream;

import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What is known about one wanted magnitude: its bits lie in {@code [low, low + (bins << shift))}.
 */
final class Bracket {

  private static final int MAXIMUM_BINS = 1 << 20;
  private static final int MINIMUM_BINS = 1 << 10;
  private static final double SIGMAS = 6;

  private final int channel;
  private final long rank;
  private final int mostBins;
  private int low;
  private int shift;
  private int bins;
  private long[] above = {};
  private int[][] histograms = {};
  private int[][] hits = {};
  private int chosen;
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

  /** More counters than elements would only cost time. */
  static int mostBins(long elements) {
    long bins = Long.highestOneBit(Math.max(1, elements));
    return Math.clamp(bins, MINIMUM_BINS, MAXIMUM_BINS);
  }

  int channel() {
    return channel;
  }

  int low() {
    return low;
  }

  int shift() {
    return shift;
  }

  int bins() {
    return bins;
  }

  boolean isOpen() {
    return cut == null;
  }

  Cut cut() {
    return Objects.requireNonNull(cut);
  }

  /** Starts a pass of some threads over some pieces. */
  void reset(int threads, long pieces) {
    above = new long[threads];
    histograms = new int[threads][bins];
    hits = new int[Math.toIntExact(pieces)][];
  }

  /**
   * Takes what was collected in a piece.
   *
   * @param found as {@link org.cycleqd.merge.kernel.MergeKernel#collect} returns it
   * @param piece number of the piece, or -1 if its hits need not be kept
   */
  void add(int worker, long piece, int[] collected, long found) {
    int used = (int) found;
    above[worker] += found >>> Integer.SIZE;
    int[] histogram = histograms[worker];
    for (int i = 0; i < used; i++) {
      histogram[collected[i]]++;
    }
    if (piece >= 0) {
      hits[(int) piece] = Arrays.copyOf(collected, used);
    }
  }

  /** The place of the rank in a sample, give or take what chance allows. */
  void guess(int[] sorted, long elements) {
    double share = 1 - (double) rank / elements;
    double spread = SIGMAS * Math.sqrt(sorted.length * Math.max(share * (1 - share), 0)) + 2;
    int first = (int) Math.floor(share * sorted.length - spread);
    int last = (int) Math.ceil(share * sorted.length + spread);
    low = first < 0 ? 0 : sorted[first];
    int high = last >= sorted.length ? Integer.MAX_VALUE : sorted[last];
    resolve((long) high - low + 1);
  }

  /** Whether so few elements are expected inside that what is found can be kept. */
  boolean isNarrow() {
    return shift == 0;
  }

  private void resolve(long width) {
    shift = 0;
    while (Math.ceilDiv(width, 1L << shift) > mostBins) {
      shift++;
    }
    bins = (int) Math.ceilDiv(width, 1L << shift);
  }

  /** Ends a pass: the magnitude is known, or where to look for it. */
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
          chosen = bin;
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

  /** How many elements equal the cut before each piece and in all; empty if it was not kept. */
  Optional<long[]> equalsBefore() {
    if (hits.length == 0 || Arrays.stream(hits).anyMatch(Objects::isNull)) {
      return Optional.empty();
    }
    long[] before = new long[hits.length + 1];
    for (int piece = 0; piece < hits.length; piece++) {
      long equal = 0;
      for (int bin : hits[piece]) {
        equal += bin == chosen ? 1 : 0;
      }
      before[piece + 1] = before[piece] + equal;
    }
    hits = new int[0][];
    return Optional.of(before);
  }
}
