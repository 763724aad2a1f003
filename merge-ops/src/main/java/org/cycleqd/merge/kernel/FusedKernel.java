package org.cycleqd.merge.kernel;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;
import org.cycleqd.tensor.BFloat16;

/**
 * Sums of bfloat16 tensors from memory to memory in a single pass: widened, added in float32 and
 * rounded in registers.
 *
 * <p>The bits are those that widening to float32 arrays, {@link MergeKernel} and rounding give.
 * Each operation says whether all results were finite bfloat16 numbers. All memory has {@code
 * count} elements.
 */
public final class FusedKernel {

  private static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_PREFERRED;
  private static final VectorSpecies<Integer> INTS = IntVector.SPECIES_PREFERRED;
  private static final VectorSpecies<Short> SHORTS =
      VectorSpecies.of(short.class, VectorShape.forBitSize(FLOATS.length() * Short.SIZE));
  private static final int LANES = FLOATS.length();
  private static final ByteOrder ORDER = ByteOrder.LITTLE_ENDIAN;
  private static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ORDER);
  private static final int MAGNITUDE = 0x7FFF_FFFF;

  /** Bits of the smallest float32 that rounds to an infinite bfloat16. */
  private static final int OVERFLOW = 0x7F7F_8000;

  private FusedKernel() {}

  /** {@code out = sum_k weights[k] * inputs[k]}. */
  public static boolean weightedSum(
      MemorySegment[] inputs, float[] weights, MemorySegment out, int count) {
    IntVector largest = IntVector.zero(INTS);
    int i = 0;
    for (; i <= count - LANES; i += LANES) {
      long at = 2L * i;
      FloatVector sum = load(inputs[0], at).mul(weights[0]);
      for (int k = 1; k < weights.length; k++) {
        sum = sum.add(load(inputs[k], at).mul(weights[k]));
      }
      largest = largest.max(sum.reinterpretAsInts().and(MAGNITUDE));
      store(sum, out, at);
    }
    boolean finite = largest.reduceLanes(VectorOperators.MAX) < OVERFLOW;
    for (; i < count; i++) {
      float sum = weights[0] * load(inputs[0], i);
      for (int k = 1; k < weights.length; k++) {
        sum += weights[k] * load(inputs[k], i);
      }
      finite &= store(sum, out, i);
    }
    return finite;
  }

  /** {@code out = base + sum_k weights[k] * (inputs[k] - base)}. */
  public static boolean addDifferences(
      MemorySegment base, MemorySegment[] inputs, float[] weights, MemorySegment out, int count) {
    IntVector largest = IntVector.zero(INTS);
    int i = 0;
    for (; i <= count - LANES; i += LANES) {
      long at = 2L * i;
      FloatVector origin = load(base, at);
      FloatVector sum = FloatVector.zero(FLOATS);
      for (int k = 0; k < weights.length; k++) {
        sum = sum.add(load(inputs[k], at).sub(origin).mul(weights[k]));
      }
      sum = origin.add(sum);
      largest = largest.max(sum.reinterpretAsInts().and(MAGNITUDE));
      store(sum, out, at);
    }
    boolean finite = largest.reduceLanes(VectorOperators.MAX) < OVERFLOW;
    for (; i < count; i++) {
      float origin = load(base, i);
      float sum = 0;
      for (int k = 0; k < weights.length; k++) {
        sum += weights[k] * (load(inputs[k], i) - origin);
      }
      finite &= store(origin + sum, out, i);
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
        sum = sum.add(FloatVector.zero(FLOATS).blend(delta, kept.cast(FLOATS)).mul(weights[k]));
      }
      sum = origin.add(sum);
      largest = largest.max(sum.reinterpretAsInts().and(MAGNITUDE));
      store(sum, out, at);
    }
    boolean finite = largest.reduceLanes(VectorOperators.MAX) < OVERFLOW;
    for (; i < count; i++) {
      float origin = load(base, i);
      float sum = 0;
      for (int k = 0; k < inputCount; k++) {
        int coin = Coins.toss(low[k], high[k], (int) (index + i));
        boolean kept = Integer.compareUnsigned(coin, last[k]) <= 0;
        sum += weights[k] * (kept ? load(inputs[k], i) - origin : 0);
      }
      finite &= store(origin + sum, out, i);
    }
    return finite;
  }

  private static FloatVector load(MemorySegment source, long offset) {
    return ((IntVector)
            ShortVector.fromMemorySegment(SHORTS, source, offset, ORDER)
                .convertShape(VectorOperators.S2I, INTS, 0))
        .lanewise(VectorOperators.LSHL, 16)
        .reinterpretAsFloats();
  }

  /** Rounds finite numbers; what else becomes of NaN does not matter, since it is refused. */
  private static void store(FloatVector value, MemorySegment target, long offset) {
    IntVector bits = value.reinterpretAsInts();
    IntVector odd = bits.lanewise(VectorOperators.LSHR, 16).and(1);
    IntVector rounded = bits.add(odd).add(0x7FFF).lanewise(VectorOperators.LSHR, 16);
    ((ShortVector) rounded.convertShape(VectorOperators.I2S, SHORTS, 0))
        .intoMemorySegment(target, offset, ORDER);
  }

  private static float load(MemorySegment source, int index) {
    return BFloat16.toFloat(source.get(SHORT, 2L * index));
  }

  private static boolean store(float value, MemorySegment target, int index) {
    target.set(SHORT, 2L * index, BFloat16.fromFloat(value));
    return (Float.floatToRawIntBits(value) & MAGNITUDE) < OVERFLOW;
  }
}
