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
  private static final int COARSE_BITS = 11;

  private final int channel;
  private final long rank;
  private final int mostBins;
  private int low;
  private long width;
  private int shift;
  private int bins;
  private long[] above = {};
  private int[][] histograms = {};
  private int[][] hits = {};
  private int coarseShift;
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
    hits = new int[0][];
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

  /** Starts a pass that keeps what lies inside, bit by bit. */
  void startKeeping(int threads, long pieces) {
    shift = 0;
    bins = (int) Math.min(width, Integer.MAX_VALUE);
    coarseShift = Math.max(0, Integer.SIZE - Integer.numberOfLeadingZeros(bins) - COARSE_BITS);
    above = new long[threads];
    histograms = new int[threads][1 << COARSE_BITS];
    hits = new int[Math.toIntExact(pieces)][0];
  }

  /** Takes what was collected in a piece; see {@link #count}. */
  void keep(int worker, int piece, int[] collected, long found) {
    above[worker] += found >>> Integer.SIZE;
    int[] kept = Arrays.copyOf(collected, (int) found);
    int[] histogram = histograms[worker];
    for (int hit : kept) {
      histogram[hit >> coarseShift]++;
    }
    hits[piece] = kept;
  }

  /** Ends a pass that kept: the magnitude is known, or the sample misled. */
  void select() {
    long greater = Arrays.stream(above).sum();
    int bin = (1 << COARSE_BITS) - 1;
    long inside = 0;
    if (greater < rank) {
      inside = coarse(bin);
      while (greater + inside < rank && bin > 0) {
        greater += inside;
        inside = coarse(--bin);
      }
    }
    if (greater >= rank || greater + inside < rank) {
      widen();
      return;
    }
    int[] candidates = candidates(bin, (int) inside);
    int chosen = OrderStatistic.of(candidates, candidates.length - (int) (rank - greater));
    long equal = 0;
    for (int hit : candidates) {
      greater += hit > chosen ? 1 : 0;
      equal += hit == chosen ? 1 : 0;
    }
    cut = new Cut(Float.intBitsToFloat(low + chosen), rank - greater, equal);
    equalsBefore = Optional.of(equals(chosen));
    hits = new int[0][];
  }

  private long coarse(int bin) {
    return Arrays.stream(histograms).mapToLong(histogram -> histogram[bin]).sum();
  }

  private int[] candidates(int bin, int count) {
    int[] candidates = new int[count];
    int used = 0;
    for (int[] of : hits) {
      for (int hit : of) {
        if (hit >> coarseShift == bin) {
          candidates[used++] = hit;
        }
      }
    }
    return candidates;
  }

  private void widen() {
    low = 0;
    width = 1L << (Integer.SIZE - 1);
  }

  /** How many elements equal the cut before each piece and in all; empty if it was counted. */
  Optional<long[]> equalsBefore() {
    return equalsBefore;
  }

  private long[] equals(int chosen) {
    long[] before = new long[hits.length + 1];
    for (int piece = 0; piece < hits.length; piece++) {
      int equal = 0;
      for (int hit : hits[piece]) {
        equal += hit == chosen ? 1 : 0;
      }
      before[piece + 1] = before[piece] + equal;
    }
    return before;
  }
}
