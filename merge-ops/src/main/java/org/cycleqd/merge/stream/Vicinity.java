package org.cycleqd.merge.stream;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Optional;
import org.cycleqd.merge.kernel.FusedDifferences;
import org.cycleqd.merge.kernel.IntRuns;
import org.cycleqd.merge.kernel.MergeKernel;

/**
 * What one pass over a task vector finds near a guessed magnitude: how many elements are larger,
 * how many equal it, and which others lie in the bracket around it.
 *
 * <p>Differences of bfloat16 models take few values, so a guess is often the very magnitude that is
 * wanted, and then nothing else has to be looked at.
 */
final class Vicinity {

  /** So many elements are sorted; among more the place of the wanted one is guessed again. */
  private static final int FEW = 1 << 12;

  /** Elements that are looked at for a guess. */
  private static final int SAMPLE = 1 << 10;

  private final int low;
  private final int width;
  private final int guess;
  private final int[] greater;
  private final int[] equal;
  private final int[][] around;

  /**
   * Prepares an empty one.
   *
   * @param low bits of the bracket's smallest magnitude
   * @param guess less {@code low}
   * @param pieces number of {@link Tiles#PIECE_ELEMENTS} elements
   */
  Vicinity(int low, int width, int guess, long pieces) {
    this.low = low;
    this.width = width;
    this.guess = guess;
    this.greater = new int[Math.toIntExact(pieces)];
    this.equal = new int[greater.length];
    this.around = new int[greater.length][0];
  }

  /**
   * Looks at a piece; different ones may be looked at by several threads.
   *
   * @param buffer has room for the piece
   * @return how many elements were kept
   */
  int collect(TileWork.Piece piece, MemorySegment base, MemorySegment model, int[] buffer) {
    long start = piece.first() * Short.BYTES;
    long bytes = (long) piece.count() * Short.BYTES;
    int[] counts = new int[2];
    int kept =
        FusedDifferences.collectAround(
            base.asSlice(start, bytes),
            model.asSlice(start, bytes),
            low,
            width,
            guess,
            buffer,
            counts,
            piece.count());
    int number = (int) (piece.first() / Tiles.PIECE_ELEMENTS);
    greater[number] = counts[0];
    equal[number] = counts[1];
    around[number] = Arrays.copyOf(buffer, kept);
    return kept;
  }

  /** The cut below the largest {@code rank} elements; empty if it is not in the bracket. */
  Optional<Selection.Found> cut(long rank) {
    long larger = sum(greater);
    long reached = larger + sum(equal);
    if (larger < rank && rank <= reached) {
      return Optional.of(found(guess, rank - larger, equal));
    }
    return rank > reached
        ? cut(rank, reached, 0, guess)
        : cut(rank, larger - greater(guess), guess + 1, width);
  }

  /**
   * Looks for the cut between two magnitudes.
   *
   * @param above how many elements have a magnitude of {@code to} or more
   */
  private Optional<Selection.Found> cut(long rank, long above, int from, int to) {
    if (rank <= above) {
      return Optional.empty();
    }
    int inside = greater(from - 1) - greater(to - 1);
    if (rank > above + inside) {
      return Optional.empty();
    }
    if (inside <= FEW) {
      int[] candidates = within(from, to, inside);
      int chosen = OrderStatistic.of(candidates, inside - (int) (rank - above));
      return Optional.of(found(chosen, rank - above - greater(chosen) + greater(to - 1)));
    }
    int pivot = sampled(from, to, 1 - (rank - above - 0.5) / inside);
    long larger = above + greater(pivot) - greater(to - 1);
    long reached = above + greater(pivot - 1) - greater(to - 1);
    if (rank > reached) {
      return cut(rank, reached, from, pivot);
    }
    return larger < rank
        ? Optional.of(found(pivot, rank - larger))
        : cut(rank, above, pivot + 1, to);
  }

  private int greater(int than) {
    return Arrays.stream(around).mapToInt(kept -> IntRuns.greater(kept, than)).sum();
  }

  private int[] within(int from, int to, int count) {
    int[] found = new int[count + MergeKernel.SLACK];
    int used = 0;
    for (int[] kept : around) {
      used = IntRuns.copyWithin(kept, from, to - from, found, used);
    }
    return Arrays.copyOf(found, count);
  }

  /** What was kept at the given share between two magnitudes, by every so many elements. */
  private int sampled(int from, int to, double share) {
    long all = Arrays.stream(around).mapToLong(kept -> kept.length).sum();
    int stride = (int) Math.max(1, all / SAMPLE) | 1;
    int[] sample = new int[(int) (all / stride) + 1];
    int used = 0;
    int next = 0;
    for (int[] kept : around) {
      for (; next < kept.length; next += stride) {
        if (kept[next] >= from && kept[next] < to) {
          sample[used++] = kept[next];
        }
      }
      next -= kept.length;
    }
    int[] values = Arrays.copyOf(sample, used);
    return used == 0 ? from + (to - from) / 2 : OrderStatistic.of(values, (int) (share * used));
  }

  private Selection.Found found(int chosen, long taken) {
    return found(
        chosen,
        taken,
        Arrays.stream(around).mapToInt(kept -> IntRuns.equal(kept, chosen)).toArray());
  }

  private Selection.Found found(int chosen, long taken, int[] equals) {
    long[] before = new long[equals.length + 1];
    for (int piece = 0; piece < equals.length; piece++) {
      before[piece + 1] = before[piece] + equals[piece];
    }
    Cut cut = new Cut(Float.intBitsToFloat(low + chosen), taken, before[equals.length]);
    return new Selection.Found(cut, Optional.of(before));
  }

  private static long sum(int[] counts) {
    return Arrays.stream(counts).asLongStream().sum();
  }
}
