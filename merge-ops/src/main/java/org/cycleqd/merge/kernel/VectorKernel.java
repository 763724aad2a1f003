package org.cycleqd.merge.kernel;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;
import org.cycleqd.merge.kernel.Election.Divisor;
import org.cycleqd.merge.kernel.Election.Vote;

/** As many lanes at a time as the processor has; the rest of a run goes to the reference. */
final class VectorKernel implements MergeKernel {

  private static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_PREFERRED;
  private static final VectorSpecies<Integer> INTS = IntVector.SPECIES_PREFERRED;
  private static final int LANES = FLOATS.length();
  private static final int SUMS = ScalarKernel.SUMS;
  private static final int MAGNITUDE = 0x7FFF_FFFF;
  private static final int SIGN = 0x8000_0000;

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
    int done =
        election.isProportional() && weights.length == 2
            ? electTwo(base, deltas[0], deltas[1], weights, election, out, count)
            : electAny(base, deltas, weights, election, out, count);
    reference.elect(base, deltas, weights, election, out, done, count);
  }

  /** The usual case of two models needs no division. */
  private static int electTwo(
      float[] base,
      float[] first,
      float[] second,
      float[] weights,
      Election election,
      float[] out,
      int count) {
    float one = election.factor(weights[0]);
    float other = election.factor(weights[1]);
    float both = election.factor(weights[0] + weights[1]);
    float lambda = election.lambda();
    int i = 0;
    for (; i <= count - LANES; i += LANES) {
      FloatVector x = FloatVector.fromArray(FLOATS, first, i).mul(weights[0]);
      FloatVector y = FloatVector.fromArray(FLOATS, second, i).mul(weights[1]);
      IntVector flip = flip(x.add(y));
      VectorMask<Float> xAgrees = agrees(x, flip);
      VectorMask<Float> yAgrees = agrees(y, flip);
      FloatVector sum = FloatVector.zero(FLOATS).add(x, xAgrees).add(y, yAgrees);
      FloatVector reciprocal =
          FloatVector.broadcast(FLOATS, one)
              .blend(other, yAgrees)
              .blend(both, xAgrees.and(yAgrees));
      FloatVector.fromArray(FLOATS, base, i).add(sum.mul(reciprocal).mul(lambda)).intoArray(out, i);
    }
    return i;
  }

  private static int electAny(
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
      IntVector flip = flip(votes);
      FloatVector sum = FloatVector.zero(FLOATS);
      FloatVector divisor = FloatVector.zero(FLOATS);
      for (int k = 0; k < weights.length; k++) {
        FloatVector delta = FloatVector.fromArray(FLOATS, deltas[k], i);
        FloatVector value = delta.mul(weights[k]);
        VectorMask<Float> agrees = agrees(weighted ? value : delta, flip);
        sum = sum.add(value, agrees);
        divisor = divisor.add(byCount ? 1f : weights[k], agrees);
      }
      FloatVector divided = divided(sum, divisor, election.divisor());
      FloatVector.fromArray(FLOATS, base, i).add(divided.mul(election.lambda())).intoArray(out, i);
    }
    return i;
  }

  /** The sign bit where the votes are negative: votes and their sums that agree become positive. */
  static IntVector flip(FloatVector votes) {
    return IntVector.zero(INTS).blend(SIGN, votes.compare(VectorOperators.LT, 0f).cast(INTS));
  }

  static VectorMask<Float> agrees(FloatVector vote, IntVector flip) {
    return vote.reinterpretAsInts()
        .lanewise(VectorOperators.XOR, flip)
        .reinterpretAsFloats()
        .compare(VectorOperators.GT, 0f);
  }

  private static FloatVector divided(FloatVector sum, FloatVector divisor, Divisor rule) {
    return switch (rule) {
      case ONE -> sum;
      case WEIGHT -> {
        FloatVector one = FloatVector.broadcast(FLOATS, 1f);
        yield sum.mul(
            one.div(divisor)
                .blend(one, divisor.abs().compare(VectorOperators.LT, ScalarKernel.CANCELLED)));
      }
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

  // A second species of the same element type would keep the compiler from knowing the first one's
  // class, and a loop of it may then run fifty times slower: sums stay in float32 lanes.
  @Override
  public double dot(float[] a, float[] b, int start, int count) {
    if (LANES != SUMS) {
      return reference.dot(a, b, start, count);
    }
    double total = 0;
    float[] sums = new float[SUMS];
    for (int block = 0; block < count; block += ScalarKernel.BLOCK) {
      int end = Math.min(count, block + ScalarKernel.BLOCK);
      FloatVector sum = FloatVector.zero(FLOATS);
      int i = block;
      for (; i <= end - LANES; i += LANES) {
        FloatVector left = FloatVector.fromArray(FLOATS, a, start + i);
        sum = sum.add(left.mul(FloatVector.fromArray(FLOATS, b, start + i)));
      }
      sum.intoArray(sums, 0);
      for (; i < end; i++) {
        sums[i % SUMS] += a[start + i] * b[start + i];
      }
      total += ScalarKernel.total(sums);
    }
    return total;
  }

  @Override
  public void dots(float[] a, float[] b, int start, int count, double[] out, int offset) {
    if (LANES != SUMS) {
      reference.dots(a, b, start, count, out, offset);
      return;
    }
    float[] aa = new float[SUMS];
    float[] ab = new float[SUMS];
    float[] bb = new float[SUMS];
    Arrays.fill(out, offset, offset + 3, 0);
    for (int block = 0; block < count; block += ScalarKernel.BLOCK) {
      int end = Math.min(count, block + ScalarKernel.BLOCK);
      FloatVector first = FloatVector.zero(FLOATS);
      FloatVector cross = FloatVector.zero(FLOATS);
      FloatVector second = FloatVector.zero(FLOATS);
      int i = block;
      for (; i <= end - LANES; i += LANES) {
        FloatVector left = FloatVector.fromArray(FLOATS, a, start + i);
        FloatVector right = FloatVector.fromArray(FLOATS, b, start + i);
        first = first.add(left.mul(left));
        cross = cross.add(left.mul(right));
        second = second.add(right.mul(right));
      }
      first.intoArray(aa, 0);
      cross.intoArray(ab, 0);
      second.intoArray(bb, 0);
      for (; i < end; i++) {
        aa[i % SUMS] += a[start + i] * a[start + i];
        ab[i % SUMS] += a[start + i] * b[start + i];
        bb[i % SUMS] += b[start + i] * b[start + i];
      }
      out[offset] += ScalarKernel.total(aa);
      out[offset + 1] += ScalarKernel.total(ab);
      out[offset + 2] += ScalarKernel.total(bb);
    }
  }

  @Override
  public double sumOfMagnitudes(float[] values, int start, int count) {
    if (LANES != SUMS) {
      return reference.sumOfMagnitudes(values, start, count);
    }
    double total = 0;
    float[] sums = new float[SUMS];
    for (int block = 0; block < count; block += ScalarKernel.BLOCK) {
      int end = Math.min(count, block + ScalarKernel.BLOCK);
      FloatVector sum = FloatVector.zero(FLOATS);
      int i = block;
      for (; i <= end - LANES; i += LANES) {
        sum = sum.add(FloatVector.fromArray(FLOATS, values, start + i).abs());
      }
      sum.intoArray(sums, 0);
      for (; i < end; i++) {
        sums[i % SUMS] += Math.abs(values[start + i]);
      }
      total += ScalarKernel.total(sums);
    }
    return total;
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
