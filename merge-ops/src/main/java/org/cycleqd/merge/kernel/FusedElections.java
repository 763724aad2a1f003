package org.cycleqd.merge.kernel;

import static org.cycleqd.merge.kernel.BrainLanes.FLOATS;
import static org.cycleqd.merge.kernel.BrainLanes.INFINITY;
import static org.cycleqd.merge.kernel.BrainLanes.INTS;
import static org.cycleqd.merge.kernel.BrainLanes.LANES;
import static org.cycleqd.merge.kernel.BrainLanes.MAGNITUDE;
import static org.cycleqd.merge.kernel.BrainLanes.ORDER;
import static org.cycleqd.merge.kernel.BrainLanes.OVERFLOW;
import static org.cycleqd.merge.kernel.BrainLanes.SHORTS;
import static org.cycleqd.merge.kernel.BrainLanes.element;
import static org.cycleqd.merge.kernel.BrainLanes.load;
import static org.cycleqd.merge.kernel.BrainLanes.store;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/**
 * Elections among two bfloat16 models that need no division, from memory to memory in a single
 * pass.
 *
 * <p>The bits are those that {@link FusedDifferences} and {@link MergeKernel#elect} give.
 */
public final class FusedElections {

  private static final int SIGN = 0x8000_0000;

  private FusedElections() {}

  /** Whether there is a form for such an election. */
  public static boolean fits(Election election, int models) {
    return models == 2 && election.isProportional();
  }

  /**
   * Elects among differences of a least magnitude.
   *
   * @param minima the least magnitude of each model's differences
   * @return whether all differences and results are finite bfloat16 numbers
   */
  public static boolean electAbove(
      MemorySegment base,
      MemorySegment first,
      MemorySegment second,
      float[] minima,
      float[] weights,
      Election election,
      MemorySegment out,
      int count) {
    float one = election.factor(weights[0]);
    float other = election.factor(weights[1]);
    float both = election.factor(weights[0] + weights[1]);
    float lambda = election.lambda();
    float firstWeight = weights[0];
    float secondWeight = weights[1];
    float firstMinimum = minima[0];
    float secondMinimum = minima[1];
    IntVector largest = IntVector.zero(INTS);
    IntVector largestResult = IntVector.zero(INTS);
    int i = 0;
    for (; i <= count - LANES; i += LANES) {
      long at = 2L * i;
      FloatVector origin = load(base, at);
      FloatVector x = load(first, at).sub(origin);
      FloatVector y = load(second, at).sub(origin);
      largest =
          largest
              .max(x.reinterpretAsInts().and(MAGNITUDE))
              .max(y.reinterpretAsInts().and(MAGNITUDE));
      x =
          FloatVector.zero(FLOATS)
              .blend(x, x.abs().compare(VectorOperators.GE, firstMinimum))
              .mul(firstWeight);
      y =
          FloatVector.zero(FLOATS)
              .blend(y, y.abs().compare(VectorOperators.GE, secondMinimum))
              .mul(secondWeight);
      IntVector flip = VectorKernel.flip(x.add(y));
      VectorMask<Float> xAgrees = VectorKernel.agrees(x, flip);
      VectorMask<Float> yAgrees = VectorKernel.agrees(y, flip);
      FloatVector sum = FloatVector.zero(FLOATS).add(x, xAgrees).add(y, yAgrees);
      FloatVector reciprocal =
          FloatVector.broadcast(FLOATS, one)
              .blend(other, yAgrees)
              .blend(both, xAgrees.and(yAgrees));
      FloatVector merged = origin.add(sum.mul(reciprocal).mul(lambda));
      largestResult = largestResult.max(merged.reinterpretAsInts().and(MAGNITUDE));
      // Written out: this late in so large a loop the compiler inlines no more helpers, and one
      // that is called allocates its vectors.
      IntVector bits = merged.reinterpretAsInts();
      ((ShortVector)
              bits.add(bits.lanewise(VectorOperators.LSHR, 16).and(1))
                  .add(0x7FFF)
                  .lanewise(VectorOperators.LSHR, 16)
                  .convertShape(VectorOperators.I2S, SHORTS, 0))
          .intoMemorySegment(out, at, ORDER);
    }
    boolean finite =
        largest.reduceLanes(VectorOperators.MAX) < INFINITY
            && largestResult.reduceLanes(VectorOperators.MAX) < OVERFLOW;
    for (; i < count; i++) {
      float origin = element(base, 2L * i);
      float x = element(first, 2L * i) - origin;
      float y = element(second, 2L * i) - origin;
      finite &= Float.isFinite(x) && Float.isFinite(y);
      x = (Math.abs(x) >= firstMinimum ? x : 0) * firstWeight;
      y = (Math.abs(y) >= secondMinimum ? y : 0) * secondWeight;
      float merged = origin + elected(x, y, one, other, both) * lambda;
      finite &= store(merged, out, 2L * i);
    }
    return finite;
  }

  /**
   * Elects among rescaled differences that coins keep; index, keys and thresholds as in {@link
   * FusedSums#addKept}.
   *
   * @param factors what rescales each model's differences
   * @return whether all differences and results are finite bfloat16 numbers
   */
  public static boolean electKept(
      MemorySegment base,
      MemorySegment first,
      MemorySegment second,
      long index,
      long[] keys,
      long[] thresholds,
      float[] factors,
      float[] weights,
      Election election,
      MemorySegment out,
      int count) {
    float one = election.factor(weights[0]);
    float other = election.factor(weights[1]);
    float both = election.factor(weights[0] + weights[1]);
    float lambda = election.lambda();
    float firstWeight = weights[0];
    float secondWeight = weights[1];
    float firstFactor = factors[0];
    float secondFactor = factors[1];
    int firstLow = Coins.low(keys[0], index);
    int firstHigh = Coins.high(keys[0], index);
    int firstLast = (int) (thresholds[0] - 1);
    int secondLow = Coins.low(keys[1], index);
    int secondHigh = Coins.high(keys[1], index);
    int secondLast = (int) (thresholds[1] - 1);
    IntVector lanes = IntVector.zero(INTS).addIndex(1);
    IntVector largest = IntVector.zero(INTS);
    IntVector largestResult = IntVector.zero(INTS);
    int i = 0;
    for (; i <= count - LANES; i += LANES) {
      long at = 2L * i;
      IntVector numbers = lanes.add((int) (index + i));
      VectorMask<Float> xKept =
          VectorKernel.toss(numbers, firstLow, firstHigh)
              .compare(VectorOperators.ULE, firstLast)
              .cast(FLOATS);
      VectorMask<Float> yKept =
          VectorKernel.toss(numbers, secondLow, secondHigh)
              .compare(VectorOperators.ULE, secondLast)
              .cast(FLOATS);
      FloatVector origin = load(base, at);
      FloatVector x = load(first, at).sub(origin);
      FloatVector y = load(second, at).sub(origin);
      largest =
          largest
              .max(x.reinterpretAsInts().and(MAGNITUDE))
              .max(y.reinterpretAsInts().and(MAGNITUDE));
      x = FloatVector.zero(FLOATS).blend(x, xKept).mul(firstFactor).mul(firstWeight);
      y = FloatVector.zero(FLOATS).blend(y, yKept).mul(secondFactor).mul(secondWeight);
      IntVector flip =
          IntVector.zero(INTS).blend(SIGN, x.add(y).compare(VectorOperators.LT, 0f).cast(INTS));
      VectorMask<Float> xAgrees =
          x.reinterpretAsInts()
              .lanewise(VectorOperators.XOR, flip)
              .reinterpretAsFloats()
              .compare(VectorOperators.GT, 0f);
      VectorMask<Float> yAgrees =
          y.reinterpretAsInts()
              .lanewise(VectorOperators.XOR, flip)
              .reinterpretAsFloats()
              .compare(VectorOperators.GT, 0f);
      FloatVector sum = FloatVector.zero(FLOATS).add(x, xAgrees).add(y, yAgrees);
      FloatVector reciprocal =
          FloatVector.broadcast(FLOATS, one)
              .blend(other, yAgrees)
              .blend(both, xAgrees.and(yAgrees));
      FloatVector merged = origin.add(sum.mul(reciprocal).mul(lambda));
      largestResult = largestResult.max(merged.reinterpretAsInts().and(MAGNITUDE));
      IntVector bits = merged.reinterpretAsInts();
      ((ShortVector)
              bits.add(bits.lanewise(VectorOperators.LSHR, 16).and(1))
                  .add(0x7FFF)
                  .lanewise(VectorOperators.LSHR, 16)
                  .convertShape(VectorOperators.I2S, SHORTS, 0))
          .intoMemorySegment(out, at, ORDER);
    }
    boolean finite =
        largest.reduceLanes(VectorOperators.MAX) < INFINITY
            && largestResult.reduceLanes(VectorOperators.MAX) < OVERFLOW;
    for (; i < count; i++) {
      int number = (int) (index + i);
      int firstCoin = Coins.toss(firstLow, firstHigh, number);
      int secondCoin = Coins.toss(secondLow, secondHigh, number);
      float origin = element(base, 2L * i);
      float x = element(first, 2L * i) - origin;
      float y = element(second, 2L * i) - origin;
      finite &= Float.isFinite(x) && Float.isFinite(y);
      x = (Integer.compareUnsigned(firstCoin, firstLast) <= 0 ? x : 0) * firstFactor;
      y = (Integer.compareUnsigned(secondCoin, secondLast) <= 0 ? y : 0) * secondFactor;
      x *= firstWeight;
      y *= secondWeight;
      float merged = origin + elected(x, y, one, other, both) * lambda;
      finite &= store(merged, out, 2L * i);
    }
    return finite;
  }

  private static float elected(float x, float y, float one, float other, float both) {
    boolean negative = x + y < 0;
    boolean xAgrees = negative ? x < 0 : x > 0;
    boolean yAgrees = negative ? y < 0 : y > 0;
    float sum = 0f + (xAgrees ? x : 0) + (yAgrees ? y : 0);
    return sum * (xAgrees && yAgrees ? both : yAgrees ? other : one);
  }
}
