package org.cycleqd.merge.kernel;

import static org.cycleqd.merge.kernel.BrainLanes.FLOATS;
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
 * Sums of bfloat16 tensors from memory to memory in a single pass: widened, added in float32 and
 * rounded in registers.
 *
 * <p>The bits are those that widening to float32 arrays, {@link MergeKernel} and rounding give.
 * Each operation says whether all inputs, also those that it drops, and all results were finite
 * bfloat16 numbers. All memory has {@code count} elements.
 */
public final class FusedSums {

  private FusedSums() {}

  /** {@code out = sum_k weights[k] * inputs[k]}. */
  public static boolean weightedSum(
      MemorySegment[] inputs, float[] weights, MemorySegment out, int count) {
    // Most merges are of two or three models; the loop over them would double the time.
    return switch (weights.length) {
      case 2 -> sumOfTwo(inputs[0], inputs[1], weights, out, count);
      case 3 -> sumOfThree(inputs[0], inputs[1], inputs[2], weights, out, count);
      default -> sumOfAny(inputs, weights, out, count);
    };
  }

  private static boolean sumOfTwo(
      MemorySegment x, MemorySegment y, float[] weights, MemorySegment out, int count) {
    IntVector largest = IntVector.zero(INTS);
    int i = 0;
    for (; i <= count - LANES; i += LANES) {
      FloatVector sum = load(x, 2L * i).mul(weights[0]).add(load(y, 2L * i).mul(weights[1]));
      largest = largest.max(sum.reinterpretAsInts().and(MAGNITUDE));
      store(sum, out, 2L * i);
    }
    boolean finite = largest.reduceLanes(VectorOperators.MAX) < OVERFLOW;
    for (; i < count; i++) {
      finite &=
          store(weights[0] * element(x, 2L * i) + weights[1] * element(y, 2L * i), out, 2L * i);
    }
    return finite;
  }

  private static boolean sumOfThree(
      MemorySegment x,
      MemorySegment y,
      MemorySegment z,
      float[] weights,
      MemorySegment out,
      int count) {
    IntVector largest = IntVector.zero(INTS);
    int i = 0;
    for (; i <= count - LANES; i += LANES) {
      FloatVector sum =
          load(x, 2L * i)
              .mul(weights[0])
              .add(load(y, 2L * i).mul(weights[1]))
              .add(load(z, 2L * i).mul(weights[2]));
      largest = largest.max(sum.reinterpretAsInts().and(MAGNITUDE));
      store(sum, out, 2L * i);
    }
    boolean finite = largest.reduceLanes(VectorOperators.MAX) < OVERFLOW;
    for (; i < count; i++) {
      float sum = weights[0] * element(x, 2L * i) + weights[1] * element(y, 2L * i);
      finite &= store(sum + weights[2] * element(z, 2L * i), out, 2L * i);
    }
    return finite;
  }

  private static boolean sumOfAny(
      MemorySegment[] inputs, float[] weights, MemorySegment out, int count) {
    IntVector largest = IntVector.zero(INTS);
    int i = 0;
    for (; i <= count - LANES; i += LANES) {
      FloatVector sum = load(inputs[0], 2L * i).mul(weights[0]);
      for (int k = 1; k < weights.length; k++) {
        sum = sum.add(load(inputs[k], 2L * i).mul(weights[k]));
      }
      largest = largest.max(sum.reinterpretAsInts().and(MAGNITUDE));
      store(sum, out, 2L * i);
    }
    boolean finite = largest.reduceLanes(VectorOperators.MAX) < OVERFLOW;
    for (; i < count; i++) {
      float sum = weights[0] * element(inputs[0], 2L * i);
      for (int k = 1; k < weights.length; k++) {
        sum += weights[k] * element(inputs[k], 2L * i);
      }
      finite &= store(sum, out, 2L * i);
    }
    return finite;
  }

  /** {@code out = base + sum_k weights[k] * (inputs[k] - base)}. */
  public static boolean addDifferences(
      MemorySegment base, MemorySegment[] inputs, float[] weights, MemorySegment out, int count) {
    return weights.length == 2
        ? addTwoDifferences(base, inputs[0], inputs[1], weights, out, count)
        : addAnyDifferences(base, inputs, weights, out, count);
  }

  private static boolean addTwoDifferences(
      MemorySegment base,
      MemorySegment x,
      MemorySegment y,
      float[] weights,
      MemorySegment out,
      int count) {
    IntVector largest = IntVector.zero(INTS);
    int i = 0;
    for (; i <= count - LANES; i += LANES) {
      FloatVector origin = load(base, 2L * i);
      FloatVector change =
          FloatVector.zero(FLOATS) // decides the sign of a sum of negative zeros
              .add(load(x, 2L * i).sub(origin).mul(weights[0]))
              .add(load(y, 2L * i).sub(origin).mul(weights[1]));
      FloatVector sum = origin.add(change);
      largest = largest.max(sum.reinterpretAsInts().and(MAGNITUDE));
      store(sum, out, 2L * i);
    }
    boolean finite = largest.reduceLanes(VectorOperators.MAX) < OVERFLOW;
    for (; i < count; i++) {
      float origin = element(base, 2L * i);
      float change = 0f + weights[0] * (element(x, 2L * i) - origin);
      change += weights[1] * (element(y, 2L * i) - origin);
      finite &= store(origin + change, out, 2L * i);
    }
    return finite;
  }

  private static boolean addAnyDifferences(
      MemorySegment base, MemorySegment[] inputs, float[] weights, MemorySegment out, int count) {
    IntVector largest = IntVector.zero(INTS);
    int i = 0;
    for (; i <= count - LANES; i += LANES) {
      FloatVector origin = load(base, 2L * i);
      FloatVector sum = FloatVector.zero(FLOATS);
      for (int k = 0; k < weights.length; k++) {
        sum = sum.add(load(inputs[k], 2L * i).sub(origin).mul(weights[k]));
      }
      sum = origin.add(sum);
      largest = largest.max(sum.reinterpretAsInts().and(MAGNITUDE));
      store(sum, out, 2L * i);
    }
    boolean finite = largest.reduceLanes(VectorOperators.MAX) < OVERFLOW;
    for (; i < count; i++) {
      float origin = element(base, 2L * i);
      float sum = 0;
      for (int k = 0; k < weights.length; k++) {
        sum += weights[k] * (element(inputs[k], 2L * i) - origin);
      }
      finite &= store(origin + sum, out, 2L * i);
    }
    return finite;
  }

  /**
   * {@code out = base + sum_k weights[k] * dropped(inputs[k] - base)}, where the coins of {@link
   * MergeKernel#drop} decide.
   *
   * @param index number of the first element within its tensor; the run must not cross a multiple
   *     of 2^32
   * @param keys one for each input
   * @param thresholds one for each input, below 2^32, or 2^32 to keep all
   */
  public static boolean addKept(
      MemorySegment base,
      MemorySegment[] inputs,
      float[] weights,
      long index,
      long[] keys,
      long[] thresholds,
      MemorySegment out,
      int count) {
    return weights.length == 2
        ? addTwoKept(base, inputs[0], inputs[1], weights, index, keys, thresholds, out, count)
        : addAnyKept(base, inputs, weights, index, keys, thresholds, out, count);
  }

  private static boolean addTwoKept(
      MemorySegment base,
      MemorySegment x,
      MemorySegment y,
      float[] weights,
      long index,
      long[] keys,
      long[] thresholds,
      MemorySegment out,
      int count) {
    int xLow = Coins.low(keys[0], index);
    int xHigh = Coins.high(keys[0], index);
    int xLast = (int) (thresholds[0] - 1);
    int yLow = Coins.low(keys[1], index);
    int yHigh = Coins.high(keys[1], index);
    int yLast = (int) (thresholds[1] - 1);
    IntVector lanes = IntVector.zero(INTS).addIndex(1);
    IntVector largest = IntVector.zero(INTS);
    int i = 0;
    for (; i <= count - LANES; i += LANES) {
      long at = 2L * i;
      IntVector numbers = lanes.add((int) (index + i));
      VectorMask<Float> xKept =
          VectorKernel.toss(numbers, xLow, xHigh).compare(VectorOperators.ULE, xLast).cast(FLOATS);
      VectorMask<Float> yKept =
          VectorKernel.toss(numbers, yLow, yHigh).compare(VectorOperators.ULE, yLast).cast(FLOATS);
      FloatVector origin = load(base, at);
      FloatVector xDelta = load(x, at).sub(origin);
      FloatVector yDelta = load(y, at).sub(origin);
      FloatVector change =
          FloatVector.zero(FLOATS) // decides the sign of a sum of negative zeros
              .add(FloatVector.zero(FLOATS).blend(xDelta, xKept).mul(weights[0]))
              .add(FloatVector.zero(FLOATS).blend(yDelta, yKept).mul(weights[1]));
      FloatVector sum = origin.add(change);
      largest =
          largest
              .max(xDelta.reinterpretAsInts().and(MAGNITUDE))
              .max(yDelta.reinterpretAsInts().and(MAGNITUDE))
              .max(sum.reinterpretAsInts().and(MAGNITUDE));
      // Written out, see FusedElections.
      IntVector bits = sum.reinterpretAsInts();
      ((ShortVector)
              bits.add(bits.lanewise(VectorOperators.LSHR, 16).and(1))
                  .add(0x7FFF)
                  .lanewise(VectorOperators.LSHR, 16)
                  .convertShape(VectorOperators.I2S, SHORTS, 0))
          .intoMemorySegment(out, at, ORDER);
    }
    boolean finite = largest.reduceLanes(VectorOperators.MAX) < OVERFLOW;
    for (; i < count; i++) {
      int number = (int) (index + i);
      float origin = element(base, 2L * i);
      float xDelta = element(x, 2L * i) - origin;
      float yDelta = element(y, 2L * i) - origin;
      finite &= Float.isFinite(xDelta) && Float.isFinite(yDelta);
      int xCoin = Coins.toss(xLow, xHigh, number);
      int yCoin = Coins.toss(yLow, yHigh, number);
      float change = 0f + weights[0] * (Integer.compareUnsigned(xCoin, xLast) <= 0 ? xDelta : 0);
      change += weights[1] * (Integer.compareUnsigned(yCoin, yLast) <= 0 ? yDelta : 0);
      finite &= store(origin + change, out, 2L * i);
    }
    return finite;
  }

  private static boolean addAnyKept(
      MemorySegment base,
      MemorySegment[] inputs,
      float[] weights,
      long index,
      long[] keys,
      long[] thresholds,
      MemorySegment out,
      int count) {
    int inputCount = weights.length;
    int[] low = new int[inputCount];
    int[] high = new int[inputCount];
    int[] last = new int[inputCount];
    for (int k = 0; k < inputCount; k++) {
      low[k] = Coins.low(keys[k], index);
      high[k] = Coins.high(keys[k], index);
      last[k] = (int) (thresholds[k] - 1);
    }
    IntVector lanes = IntVector.zero(INTS).addIndex(1);
    IntVector largest = IntVector.zero(INTS);
    int i = 0;
    for (; i <= count - LANES; i += LANES) {
      long at = 2L * i;
      FloatVector origin = load(base, at);
      FloatVector sum = FloatVector.zero(FLOATS);
      IntVector numbers = lanes.add((int) (index + i));
      for (int k = 0; k < inputCount; k++) {
        VectorMask<Integer> kept =
            VectorKernel.toss(numbers, low[k], high[k]).compare(VectorOperators.ULE, last[k]);
        FloatVector delta = load(inputs[k], at).sub(origin);
        largest = largest.max(delta.reinterpretAsInts().and(MAGNITUDE));
        sum = sum.add(FloatVector.zero(FLOATS).blend(delta, kept.cast(FLOATS)).mul(weights[k]));
      }
      sum = origin.add(sum);
      largest = largest.max(sum.reinterpretAsInts().and(MAGNITUDE));
      // Written out, see FusedElections.
      IntVector bits = sum.reinterpretAsInts();
      ((ShortVector)
              bits.add(bits.lanewise(VectorOperators.LSHR, 16).and(1))
                  .add(0x7FFF)
                  .lanewise(VectorOperators.LSHR, 16)
                  .convertShape(VectorOperators.I2S, SHORTS, 0))
          .intoMemorySegment(out, at, ORDER);
    }
    boolean finite = largest.reduceLanes(VectorOperators.MAX) < OVERFLOW;
    for (; i < count; i++) {
      float origin = element(base, 2L * i);
      float sum = 0;
      for (int k = 0; k < inputCount; k++) {
        int coin = Coins.toss(low[k], high[k], (int) (index + i));
        boolean kept = Integer.compareUnsigned(coin, last[k]) <= 0;
        float delta = element(inputs[k], 2L * i) - origin;
        finite &= Float.isFinite(delta);
        sum += weights[k] * (kept ? delta : 0);
      }
      finite &= store(origin + sum, out, 2L * i);
    }
    return finite;
  }
}
