package org.cycleqd.merge.kernel;

import static org.cycleqd.merge.kernel.BrainLanes.FLOATS;
import static org.cycleqd.merge.kernel.BrainLanes.INFINITY;
import static org.cycleqd.merge.kernel.BrainLanes.INTS;
import static org.cycleqd.merge.kernel.BrainLanes.LANES;
import static org.cycleqd.merge.kernel.BrainLanes.MAGNITUDE;
import static org.cycleqd.merge.kernel.BrainLanes.OVERFLOW;
import static org.cycleqd.merge.kernel.BrainLanes.element;
import static org.cycleqd.merge.kernel.BrainLanes.load;
import static org.cycleqd.merge.kernel.BrainLanes.store;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/**
 * Task vectors of bfloat16 models, taken from memory: what of them is kept, how large they are, and
 * the way back to bfloat16.
 *
 * <p>The bits are those that widening to float32 arrays and {@link MergeKernel} give.
 */
public final class FusedDifferences {

  private FusedDifferences() {}

  /**
   * Collects the magnitudes of {@code model - base} that lie in a bracket but are not one guess.
   *
   * @param low the bracket's first bits
   * @param width number of magnitudes in the bracket
   * @param guess one of them, less {@code low}
   * @param around receives the bits of the others less {@code low}, in order; has room for {@code
   *     count} and {@link MergeKernel#SLACK} more
   * @param counts receives how many are larger than the guess, in the bracket or above it, and how
   *     many equal it
   * @return how many were collected
   */
  public static int collectAround(
      MemorySegment base,
      MemorySegment model,
      int low,
      int width,
      int guess,
      int[] around,
      int[] counts,
      int count) {
    IntVector greater = IntVector.zero(INTS);
    IntVector others = IntVector.zero(INTS);
    int used = 0;
    int i = 0;
    for (; i <= count - LANES; i += LANES) {
      long at = 2L * i;
      IntVector bits = load(model, at).sub(load(base, at)).reinterpretAsInts().and(MAGNITUDE);
      IntVector place = bits.sub(low);
      VectorMask<Integer> other = place.compare(VectorOperators.NE, guess);
      others = others.add(1, other);
      greater = greater.add(1, place.compare(VectorOperators.GT, guess));
      VectorMask<Integer> inside = place.compare(VectorOperators.ULT, width, other);
      place.compress(inside).intoArray(around, used);
      used += inside.trueCount();
    }
    int larger = greater.reduceLanes(VectorOperators.ADD);
    int equal = i - others.reduceLanes(VectorOperators.ADD);
    for (; i < count; i++) {
      int bits =
          Float.floatToRawIntBits(element(model, 2L * i) - element(base, 2L * i)) & MAGNITUDE;
      int place = bits - low;
      larger += place > guess ? 1 : 0;
      equal += place == guess ? 1 : 0;
      if (place != guess && Integer.compareUnsigned(place, width) < 0) {
        around[used++] = place;
      }
    }
    counts[0] = larger;
    counts[1] = equal;
    return used;
  }

  /**
   * {@code out = model - base} where that has a magnitude of at least {@code minimum}, else 0.
   *
   * @param base the base's values, widened
   * @param offset of the first element in the model's memory, in bytes
   * @return whether all differences are finite
   */
  public static boolean differencesAbove(
      float[] base, MemorySegment model, long offset, float minimum, float[] out, int count) {
    IntVector largest = IntVector.zero(INTS);
    int i = 0;
    for (; i <= count - LANES; i += LANES) {
      FloatVector delta = load(model, offset + 2L * i).sub(FloatVector.fromArray(FLOATS, base, i));
      largest = largest.max(delta.reinterpretAsInts().and(MAGNITUDE));
      VectorMask<Float> kept = delta.abs().compare(VectorOperators.GE, minimum);
      FloatVector.zero(FLOATS).blend(delta, kept).intoArray(out, i);
    }
    boolean finite = largest.reduceLanes(VectorOperators.MAX) < INFINITY;
    for (; i < count; i++) {
      float delta = element(model, offset + 2L * i) - base[i];
      finite &= Float.isFinite(delta);
      out[i] = Math.abs(delta) >= minimum ? delta : 0;
    }
    return finite;
  }

  /**
   * {@code out = factor * (model - base)} where coins keep it, else 0; index, key and threshold as
   * in {@link FusedSums#addKept}.
   *
   * @param base the base's values, widened
   * @param offset of the first element in the model's memory, in bytes
   * @return whether all differences are finite
   */
  public static boolean differencesKept(
      float[] base,
      MemorySegment model,
      long offset,
      long index,
      long key,
      long threshold,
      float factor,
      float[] out,
      int count) {
    int low = Coins.low(key, index);
    int high = Coins.high(key, index);
    int last = (int) (threshold - 1);
    IntVector lanes = IntVector.zero(INTS).addIndex(1);
    IntVector largest = IntVector.zero(INTS);
    int i = 0;
    for (; i <= count - LANES; i += LANES) {
      VectorMask<Integer> kept =
          VectorKernel.toss(lanes.add((int) (index + i)), low, high)
              .compare(VectorOperators.ULE, last);
      FloatVector delta = load(model, offset + 2L * i).sub(FloatVector.fromArray(FLOATS, base, i));
      largest = largest.max(delta.reinterpretAsInts().and(MAGNITUDE));
      FloatVector.zero(FLOATS).blend(delta, kept.cast(FLOATS)).mul(factor).intoArray(out, i);
    }
    boolean finite = largest.reduceLanes(VectorOperators.MAX) < INFINITY;
    for (; i < count; i++) {
      float delta = element(model, offset + 2L * i) - base[i];
      finite &= Float.isFinite(delta);
      int coin = Coins.toss(low, high, (int) (index + i));
      out[i] = (Integer.compareUnsigned(coin, last) <= 0 ? delta : 0) * factor;
    }
    return finite;
  }

  /**
   * Sums of the magnitudes of {@code model - base}, of all elements and of those that coins keep;
   * the bits are those of {@link MergeKernel#sumOfMagnitudes}. Index, key and threshold are as in
   * {@link FusedSums#addKept}.
   *
   * @param sums receives both sums from {@code offset} on
   */
  public static void magnitudes(
      MemorySegment base,
      MemorySegment model,
      long index,
      long key,
      long threshold,
      double[] sums,
      int offset,
      int count) {
    int low = Coins.low(key, index);
    int high = Coins.high(key, index);
    int last = (int) (threshold - 1);
    IntVector lanes = IntVector.zero(INTS).addIndex(1);
    float[] all = new float[LANES];
    float[] kept = new float[LANES];
    double allTotal = 0;
    double keptTotal = 0;
    for (int block = 0; block < count; block += ScalarKernel.BLOCK) {
      int end = Math.min(count, block + ScalarKernel.BLOCK);
      FloatVector allSum = FloatVector.zero(FLOATS);
      FloatVector keptSum = FloatVector.zero(FLOATS);
      int i = block;
      for (; i <= end - LANES; i += LANES) {
        FloatVector size = load(model, 2L * i).sub(load(base, 2L * i)).abs();
        VectorMask<Integer> keeps =
            VectorKernel.toss(lanes.add((int) (index + i)), low, high)
                .compare(VectorOperators.ULE, last);
        allSum = allSum.add(size);
        keptSum = keptSum.add(FloatVector.zero(FLOATS).blend(size, keeps.cast(FLOATS)));
      }
      allSum.intoArray(all, 0);
      keptSum.intoArray(kept, 0);
      for (; i < end; i++) {
        float size = Math.abs(element(model, 2L * i) - element(base, 2L * i));
        int coin = Coins.toss(low, high, (int) (index + i));
        all[i % LANES] += size;
        kept[i % LANES] += Integer.compareUnsigned(coin, last) <= 0 ? size : 0;
      }
      allTotal += ScalarKernel.total(all);
      keptTotal += ScalarKernel.total(kept);
    }
    sums[offset] = allTotal;
    sums[offset + 1] = keptTotal;
  }

  /** Whether {@link #magnitudes} can be used on this processor. */
  public static boolean hasMagnitudes() {
    return LANES == ScalarKernel.SUMS;
  }

  /**
   * Rounds float32 values.
   *
   * @param offset where they go, in bytes
   * @return whether all are finite bfloat16 numbers
   */
  public static boolean round(float[] values, MemorySegment out, long offset, int count) {
    IntVector largest = IntVector.zero(INTS);
    int i = 0;
    for (; i <= count - LANES; i += LANES) {
      FloatVector value = FloatVector.fromArray(FLOATS, values, i);
      largest = largest.max(value.reinterpretAsInts().and(MAGNITUDE));
      store(value, out, offset + 2L * i);
    }
    boolean finite = largest.reduceLanes(VectorOperators.MAX) < OVERFLOW;
    for (; i < count; i++) {
      finite &= store(values[i], out, offset + 2L * i);
    }
    return finite;
  }
}
