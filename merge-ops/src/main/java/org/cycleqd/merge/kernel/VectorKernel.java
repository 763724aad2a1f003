package org.cycleqd.merge.kernel;

import java.util.Arrays;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;
import org.cycleqd.merge.kernel.Election.Divisor;
import org.cycleqd.merge.kernel.Election.Vote;

/** As many lanes at a time as the processor has; the rest of a run goes to the reference. */
final class VectorKernel implements MergeKernel {

  private static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_PREFERRED;
  private static final VectorSpecies<Integer> INTS = IntVector.SPECIES_PREFERRED;
  private static final int LANES = FLOATS.length();
  private static final VectorSpecies<Double> DOUBLES = DoubleVector.SPECIES_PREFERRED;
  private static final int WIDE = DOUBLES.length();
  private static final VectorSpecies<Float> HALF_FLOATS =
      VectorSpecies.of(float.class, VectorShape.forBitSize(WIDE * Float.SIZE));
  private static final int SUMS = ScalarKernel.SUMS;
  private static final int MAGNITUDE = 0x7FFF_FFFF;

  private final ScalarKernel reference = new ScalarKernel();

  @Override
  public void weightedSum(float[][] inputs, float[] weights, float[] out, int count) {
    int i = 0;
    for (; i <= count - LANES; i += LANES) {
      FloatVector sum = FloatVector.fromArray(FLOATS, inputs[0], i).mul(weights[0]);
      for (int k = 1; k < weights.length; k++) {
        sum = sum.add(FloatVector.fromArray(FLOATS, inputs[k], i).mul(weights[k]));
      }
      sum.intoArray(out, i);
    }
    reference.weightedSum(inputs, weights, out, i, count);
  }

  @Override
  public void addDifferences(
      float[] base, float[][] inputs, float[] weights, float[] out, int count) {
    int i = 0;
    for (; i <= count - LANES; i += LANES) {
      FloatVector origin = FloatVector.fromArray(FLOATS, base, i);
      FloatVector sum = FloatVector.zero(FLOATS);
      for (int k = 0; k < weights.length; k++) {
        sum = sum.add(FloatVector.fromArray(FLOATS, inputs[k], i).sub(origin).mul(weights[k]));
      }
      origin.add(sum).intoArray(out, i);
    }
    reference.addDifferences(base, inputs, weights, out, i, count);
  }

  @Override
  public void sumOnto(float[] base, float[][] deltas, float[] weights, float[] out, int count) {
    int i = 0;
    for (; i <= count - LANES; i += LANES) {
      FloatVector sum = FloatVector.zero(FLOATS);
      for (int k = 0; k < weights.length; k++) {
        sum = sum.add(FloatVector.fromArray(FLOATS, deltas[k], i).mul(weights[k]));
      }
      FloatVector.fromArray(FLOATS, base, i).add(sum).intoArray(out, i);
    }
    reference.sumOnto(base, deltas, weights, out, i, count);
  }

  // The compiler vectorises loops as plain as these two by itself.
  @Override
  public void subtract(float[] values, float[] base, int count) {
    reference.subtract(values, base, count);
  }

  @Override
  public void scale(float[] values, float factor, int count) {
    reference.scale(values, factor, count);
  }

  @Override
  public void elect(
      float[] base, float[][] deltas, float[] weights, Election election, float[] out, int count) {
    boolean weighted = election.vote() == Vote.WEIGHTED;
    boolean byCount = election.divisor() == Divisor.COUNT;
    int i = 0;
    for (; i <= count - LANES; i += LANES) {
      FloatVector votes = FloatVector.zero(FLOATS);
      for (int k = 0; k < weights.length; k++) {
        FloatVector delta = FloatVector.fromArray(FLOATS, deltas[k], i);
        votes = votes.add(weighted ? delta.mul(weights[k]) : delta);
      }
      VectorMask<Float> positive = votes.compare(VectorOperators.GE, 0f);
      FloatVector sum = FloatVector.zero(FLOATS);
      FloatVector divisor = FloatVector.zero(FLOATS);
      for (int k = 0; k < weights.length; k++) {
        FloatVector delta = FloatVector.fromArray(FLOATS, deltas[k], i);
        FloatVector value = delta.mul(weights[k]);
        FloatVector vote = weighted ? value : delta;
        VectorMask<Float> agrees =
            vote.compare(VectorOperators.GT, 0f)
                .and(positive)
                .or(vote.compare(VectorOperators.LT, 0f).andNot(positive));
        sum = sum.add(value, agrees);
        divisor = divisor.add(byCount ? 1f : weights[k], agrees);
      }
      FloatVector divided = divided(sum, divisor, election.divisor());
      FloatVector.fromArray(FLOATS, base, i).add(divided.mul(election.lambda())).intoArray(out, i);
    }
    reference.elect(base, deltas, weights, election, out, i, count);
  }

  static FloatVector divided(FloatVector sum, FloatVector divisor, Divisor rule) {
    return switch (rule) {
      case ONE -> sum;
      case WEIGHT ->
          sum.div(divisor)
              .blend(sum, divisor.abs().compare(VectorOperators.LT, ScalarKernel.CANCELLED));
      case FLOORED_WEIGHT -> sum.div(divisor.max(ScalarKernel.FLOOR));
      case COUNT -> sum.div(divisor.max(1f));
    };
  }

  @Override
  public void drop(float[] values, long key, long index, long threshold, int count) {
    boolean oneStretch = index >>> 32 == (index + count) >>> 32;
    if (!oneStretch || threshold > 0xFFFF_FFFFL) {
      reference.drop(values, key, index, threshold, count);
      return;
    }
    int low = Coins.low(key, index);
    int high = Coins.high(key, index);
    IntVector lanes = IntVector.zero(INTS).addIndex(1);
    int i = 0;
    for (; i <= count - LANES; i += LANES) {
      IntVector h = toss(lanes.add((int) (index + i)), low, high);
      VectorMask<Integer> dropped = h.compare(VectorOperators.UGE, (int) threshold);
      FloatVector.fromArray(FLOATS, values, i).blend(0f, dropped.cast(FLOATS)).intoArray(values, i);
    }
    reference.drop(values, key, index, threshold, i, count);
  }

  /** {@link Coins#toss} of all lanes. */
  static IntVector toss(IntVector numbers, int low, int high) {
    IntVector h = numbers.add(low);
    h = h.lanewise(VectorOperators.XOR, h.lanewise(VectorOperators.LSHR, 16)).mul(Coins.FIRST);
    h = h.lanewise(VectorOperators.XOR, h.lanewise(VectorOperators.LSHR, 15)).add(high);
    h = h.mul(Coins.SECOND);
    return h.lanewise(VectorOperators.XOR, h.lanewise(VectorOperators.LSHR, 15));
  }

  // A comparison must be a constant to be compiled to an instruction, so the bound moves instead.
  @Override
  public void keepAbove(float[] values, float magnitude, boolean inclusive, int count) {
    float smallest = inclusive ? magnitude : Math.nextUp(magnitude);
    int i = 0;
    for (; i <= count - LANES; i += LANES) {
      FloatVector value = FloatVector.fromArray(FLOATS, values, i);
      VectorMask<Float> kept = value.abs().compare(VectorOperators.GE, smallest);
      FloatVector.zero(FLOATS).blend(value, kept).intoArray(values, i);
    }
    for (; i < count; i++) {
      values[i] = Math.abs(values[i]) >= smallest ? values[i] : 0;
    }
  }

  @Override
  public void keepBelow(float[] values, float magnitude, boolean inclusive, int count) {
    float beyond = inclusive ? Math.nextUp(magnitude) : magnitude;
    int i = 0;
    for (; i <= count - LANES; i += LANES) {
      FloatVector value = FloatVector.fromArray(FLOATS, values, i);
      VectorMask<Float> kept = value.abs().compare(VectorOperators.LT, beyond);
      FloatVector.zero(FLOATS).blend(value, kept).intoArray(values, i);
    }
    for (; i < count; i++) {
      values[i] = Math.abs(values[i]) < beyond ? values[i] : 0;
    }
  }

  @Override
  public int countEqual(float[] values, float magnitude, int count) {
    int equal = 0;
    int i = 0;
    for (; i <= count - LANES; i += LANES) {
      equal +=
          FloatVector.fromArray(FLOATS, values, i)
              .abs()
              .compare(VectorOperators.EQ, magnitude)
              .trueCount();
    }
    for (; i < count; i++) {
      equal += Math.abs(values[i]) == magnitude ? 1 : 0;
    }
    return equal;
  }

  @Override
  public long collect(float[] values, int low, int shift, int bins, int[] hits, int count) {
    IntVector above = IntVector.zero(INTS);
    int used = 0;
    int i = 0;
    for (; i <= count - LANES; i += LANES) {
      IntVector bits = FloatVector.fromArray(FLOATS, values, i).reinterpretAsInts().and(MAGNITUDE);
      IntVector bin = bits.sub(low).lanewise(VectorOperators.ASHR, shift);
      VectorMask<Integer> inside = bin.compare(VectorOperators.ULT, bins);
      above = above.add(1, bin.compare(VectorOperators.GE, bins));
      bin.compress(inside).intoArray(hits, used);
      used += inside.trueCount();
    }
    return reference.collect(
        values,
        low,
        shift,
        bins,
        hits,
        (long) above.reduceLanes(VectorOperators.ADD) << Integer.SIZE | used,
        i,
        count);
  }

  @Override
  public double dot(float[] a, float[] b, int start, int count) {
    if (WIDE > SUMS || WIDE < 4) {
      return reference.dot(a, b, start, count);
    }
    DoubleVector first = DoubleVector.zero(DOUBLES);
    DoubleVector second = DoubleVector.zero(DOUBLES);
    boolean two = WIDE < SUMS;
    int i = 0;
    for (; i <= count - SUMS; i += SUMS) {
      first = first.add(wide(a, start + i).mul(wide(b, start + i)));
      if (two) {
        int other = start + i + WIDE;
        second = second.add(wide(a, other).mul(wide(b, other)));
      }
    }
    double[] sums = sums(first, second, two);
    for (; i < count; i++) {
      sums[i % SUMS] += (double) a[start + i] * b[start + i];
    }
    return ScalarKernel.total(sums);
  }

  @Override
  public void dots(float[] a, float[] b, int start, int count, double[] out, int offset) {
    if (WIDE != SUMS) {
      out[offset] = dot(a, a, start, count);
      out[offset + 1] = dot(a, b, start, count);
      out[offset + 2] = dot(b, b, start, count);
      return;
    }
    DoubleVector aa = DoubleVector.zero(DOUBLES);
    DoubleVector ab = DoubleVector.zero(DOUBLES);
    DoubleVector bb = DoubleVector.zero(DOUBLES);
    int i = 0;
    for (; i <= count - SUMS; i += SUMS) {
      DoubleVector left = wide(a, start + i);
      DoubleVector right = wide(b, start + i);
      aa = aa.add(left.mul(left));
      ab = ab.add(left.mul(right));
      bb = bb.add(right.mul(right));
    }
    double[] sums = sums(aa, aa, false);
    double[] cross = sums(ab, ab, false);
    double[] others = sums(bb, bb, false);
    for (; i < count; i++) {
      double left = a[start + i];
      double right = b[start + i];
      sums[i % SUMS] += left * left;
      cross[i % SUMS] += left * right;
      others[i % SUMS] += right * right;
    }
    out[offset] = ScalarKernel.total(sums);
    out[offset + 1] = ScalarKernel.total(cross);
    out[offset + 2] = ScalarKernel.total(others);
  }

  @Override
  public double sumOfMagnitudes(float[] values, int start, int count) {
    if (WIDE > SUMS || WIDE < 4) {
      return reference.sumOfMagnitudes(values, start, count);
    }
    DoubleVector first = DoubleVector.zero(DOUBLES);
    DoubleVector second = DoubleVector.zero(DOUBLES);
    boolean two = WIDE < SUMS;
    int i = 0;
    for (; i <= count - SUMS; i += SUMS) {
      first = first.add(wide(values, start + i).abs());
      if (two) {
        second = second.add(wide(values, start + i + WIDE).abs());
      }
    }
    double[] sums = sums(first, second, two);
    for (; i < count; i++) {
      sums[i % SUMS] += Math.abs(values[start + i]);
    }
    return ScalarKernel.total(sums);
  }

  private static DoubleVector wide(float[] values, int start) {
    return (DoubleVector)
        FloatVector.fromArray(HALF_FLOATS, values, start)
            .convertShape(VectorOperators.F2D, DOUBLES, 0);
  }

  private static double[] sums(DoubleVector first, DoubleVector second, boolean two) {
    double[] sums = Arrays.copyOf(first.toArray(), SUMS);
    if (two) {
      second.intoArray(sums, WIDE);
    }
    return sums;
  }

  @Override
  public int firstBeyond(float[] values, float limit, int count) {
    int i = 0;
    for (; i <= count - LANES; i += LANES) {
      VectorMask<Float> within =
          FloatVector.fromArray(FLOATS, values, i).abs().compare(VectorOperators.LE, limit);
      if (!within.allTrue()) {
        break;
      }
    }
    return reference.firstBeyond(values, limit, i, count);
  }
}
