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

  private static final int INFINITY = 0x7F80_0000;

  /** Bits of the smallest float32 that rounds to an infinite bfloat16. */
  private static final int OVERFLOW = 0x7F7F_8000;

  private FusedKernel() {}

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
      finite &= store(weights[0] * load(x, i) + weights[1] * load(y, i), out, i);
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
      float sum = weights[0] * load(x, i) + weights[1] * load(y, i);
      finite &= store(sum + weights[2] * load(z, i), out, i);
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
          load(x, 2L * i)
              .sub(origin)
              .mul(weights[0])
              .add(load(y, 2L * i).sub(origin).mul(weights[1]));
      FloatVector sum = origin.add(change);
      largest = largest.max(sum.reinterpretAsInts().and(MAGNITUDE));
      store(sum, out, 2L * i);
    }
    boolean finite = largest.reduceLanes(VectorOperators.MAX) < OVERFLOW;
    for (; i < count; i++) {
      float origin = load(base, i);
      float change = weights[0] * (load(x, i) - origin) + weights[1] * (load(y, i) - origin);
      finite &= store(origin + change, out, i);
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
        largest = largest.max(delta.reinterpretAsInts().and(MAGNITUDE));
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
        float delta = load(inputs[k], i) - origin;
        finite &= Float.isFinite(delta);
        sum += weights[k] * (kept ? delta : 0);
      }
      finite &= store(origin + sum, out, i);
    }
    return finite;
  }

  /**
   * Collects what lies in a bracket of magnitudes of {@code model - base}; see {@link
   * MergeKernel#collect}.
   */
  public static long collect(
      MemorySegment base,
      MemorySegment model,
      int low,
      int shift,
      int bins,
      int[] hits,
      int count) {
    IntVector above = IntVector.zero(INTS);
    int used = 0;
    int i = 0;
    for (; i <= count - LANES; i += LANES) {
      long at = 2L * i;
      IntVector bits = load(model, at).sub(load(base, at)).reinterpretAsInts().and(MAGNITUDE);
      IntVector bin = bits.sub(low).lanewise(VectorOperators.ASHR, shift);
      VectorMask<Integer> inside = bin.compare(VectorOperators.ULT, bins);
      above = above.add(1, bin.compare(VectorOperators.GE, bins));
      bin.compress(inside).intoArray(hits, used);
      used += inside.trueCount();
    }
    int beyond = above.reduceLanes(VectorOperators.ADD);
    for (; i < count; i++) {
      int bits = Float.floatToRawIntBits(load(model, i) - load(base, i)) & MAGNITUDE;
      if (bits >= low) {
        int bin = (bits - low) >> shift;
        if (bin < bins) {
          hits[used++] = bin;
        } else {
          beyond++;
        }
      }
    }
    return (long) beyond << Integer.SIZE | used;
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
      float delta = BFloat16.toFloat(model.get(SHORT, offset + 2L * i)) - base[i];
      finite &= Float.isFinite(delta);
      out[i] = Math.abs(delta) >= minimum ? delta : 0;
    }
    return finite;
  }

  /**
   * {@code out = factor * (model - base)} where coins keep it, else 0; index, key and threshold as
   * in {@link #addKept}.
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
      float delta = BFloat16.toFloat(model.get(SHORT, offset + 2L * i)) - base[i];
      finite &= Float.isFinite(delta);
      int coin = Coins.toss(low, high, (int) (index + i));
      out[i] = (Integer.compareUnsigned(coin, last) <= 0 ? delta : 0) * factor;
    }
    return finite;
  }

  /**
   * Sums of the magnitudes of {@code model - base}, of all elements and of those that coins keep;
   * the bits are those of {@link MergeKernel#sumOfMagnitudes}. Index, key and threshold are as in
   * {@link #addKept}.
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
        float size = Math.abs(load(model, i) - load(base, i));
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
      out.set(SHORT, offset + 2L * i, BFloat16.fromFloat(values[i]));
      finite &= (Float.floatToRawIntBits(values[i]) & MAGNITUDE) < OVERFLOW;
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
