package org.cycleqd.merge.stream;

import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What is known about one wanted magnitude: its bits lie in {@code [low, low + width)}. */
final class Bracket {

  private static final int MAXIMUM_BINS = 1 << 20;
  private static final int MINIMUM_BINS = 1 << 10;
  private static final double SIGMAS = 4;

  private final int channel;
  private final long rank;
  private final int mostBins;
  private int low;
  private long width;
  private int guess;
  private int shift;
  private int bins;
  private long[] above = {};
  private int[][] histograms = {};
  private Optional<long[]> equalsBefore = Optional.empty();
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
    long most = Long.highestOneBit(Math.max(1, elements));
    return Math.clamp(most, MINIMUM_BINS, MAXIMUM_BINS);
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

  /** The place of the rank in a sample of bits, give or take what chance allows. */
  void guess(int[] sample, long elements) {
    double share = 1 - (double) rank / elements;
    double spread = SIGMAS * Math.sqrt(sample.length * Math.max(share * (1 - share), 0)) + 2;
    int first = (int) Math.floor(share * sample.length - spread);
    int last = (int) Math.ceil(share * sample.length + spread);
    low = first < 0 ? 0 : OrderStatistic.of(sample, first);
    int high = last >= sample.length ? Integer.MAX_VALUE : OrderStatistic.of(sample, last);
    width = (long) high - low + 1;
    int middle = Math.clamp((long) (share * sample.length), 0, sample.length - 1);
    guess = OrderStatistic.of(sample, middle) - low;
  }

  /** Starts a pass that counts what lies inside by bins. */
  void startCounting(int threads) {
    shift = 0;
    while (Math.ceilDiv(width, 1L << shift) > mostBins) {
      shift++;
    }
    bins = (int) Math.ceilDiv(width, 1L << shift);
    above = new long[threads];
    histograms = new int[threads][bins];
  }

  /**
   * Takes what was collected in a part of the tensor.
   *
   * @param found as {@link org.cycleqd.merge.kernel.MergeKernel#collect} returns it
   */
  void count(int worker, int[] collected, long found) {
    above[worker] += found >>> Integer.SIZE;
    int[] histogram = histograms[worker];
    for (int i = 0; i < (int) found; i++) {
      histogram[collected[i]]++;
    }
  }

  /** Ends a pass that counted: the magnitude is known, or where to look for it. */
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
        width = 1L << shift;
        if (shift == 0) {
          cut = new Cut(Float.intBitsToFloat(low), rank - reached, inside);
        }
        return;
      }
      reached += inside;
    }
    widen();
  }

  /** An empty vicinity of the guess, for a pass over so many pieces. */
  Vicinity vicinity(long pieces) {
    return new Vicinity(low, (int) Math.min(width, Integer.MAX_VALUE), guess, pieces);
  }

  /** Ends a pass that kept what it found: the magnitude is known, or the sample misled. */
  void select(Vicinity vicinity) {
    Optional<Selection.Found> found = vicinity.cut(rank);
    if (found.isPresent()) {
      cut = found.get().cut();
      equalsBefore = found.get().equalsBefore();
    } else {
      widen();
    }
  }

  private void widen() {
    low = 0;
    width = 1L << (Integer.SIZE - 1);
  }

  /** How many elements equal the cut before each piece and in all; empty if it was counted. */
  Optional<long[]> equalsBefore() {
    return equalsBefore;
  }
}
