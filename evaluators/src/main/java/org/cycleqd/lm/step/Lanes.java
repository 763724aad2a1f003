package org.cycleqd.lm.step;

import org.cycleqd.llvm.FunctionText;
import org.cycleqd.llvm.RegisterTile;
import org.cycleqd.llvm.Value;

/** Vectors of float32 and what functions do with them. */
final class Lanes {

  /** Elements of a vector; rows are filled up to a multiple of it. */
  static final int COUNT = RegisterTile.LANES;

  /** Bytes of a vector. */
  static final int BYTES = RegisterTile.BYTES;

  /** The type of a vector. */
  static final String TYPE = RegisterTile.VECTOR;

  private static final String INTS = Value.ints(COUNT);

  private Lanes() {}

  /** A length, filled up to whole vectors. */
  static long up(long length) {
    return Math.ceilDiv(length, COUNT) * COUNT;
  }

  /** The longest vector that a length is a multiple of. */
  static int divisor(int length) {
    return Math.min(COUNT, Integer.lowestOneBit(length));
  }

  /** The sum of a vector's elements, by halves. */
  static Value sum(FunctionText f, Value vector, int lanes) {
    Value folded = vector;
    for (int half = lanes / 2; half >= 1; half /= 2) {
      folded = fold(f, folded, half);
    }
    return f.extract(folded, 0);
  }

  /** The two halves of a vector added. */
  static Value fold(FunctionText f, Value vector, int half) {
    Value low = f.shuffle(vector, vector, half, i -> i);
    Value high = f.shuffle(vector, vector, half, i -> i + half);
    return f.op("fadd", low, high);
  }

  /** The largest of a vector's elements. */
  static Value largest(FunctionText f, Value vector) {
    Value folded = vector;
    for (int half = COUNT / 2; half >= 1; half /= 2) {
      int width = half;
      folded =
          f.larger(
              f.shuffle(folded, folded, half, i -> i),
              f.shuffle(folded, folded, half, i -> i + width));
    }
    return f.extract(folded, 0);
  }

  /**
   * {@code e^x} to about one unit in the last place, by a polynomial of Cephes (S. Moshier, {@code
   * expf}); 0 below -87.3, and of what is no number.
   */
  static Value exponential(FunctionText f, Value x) {
    Value low = constant(-87.3f);
    Value inside = f.compare("fcmp ogt", x, low);
    Value top = constant(88f);
    Value some = f.select(inside, x, low);
    Value bounded = f.select(f.compare("fcmp olt", some, top), some, top);
    // Adding 1.5 * 2^23 rounds to an integer, which then stands in the lowest bits.
    Value shift = constant(12582912f);
    Value shifted = f.fma(bounded, constant(1.442695f), shift);
    Value n = f.op("fsub", shifted, shift);
    Value r = f.fma(n, constant(-0.6933594f), bounded);
    Value rest = f.fma(n, constant(0.00021219444f), r);
    Value p = constant(0.00019875691f);
    for (float next : new float[] {0.0013981999f, 0.008333452f, 0.041665796f, 0.16666666f, 0.5f}) {
      p = f.fma(p, rest, constant(next));
    }
    Value square = f.op("fmul", rest, rest);
    Value sum = f.op("fadd", f.fma(p, square, rest), constant(1f));
    Value bits = f.convert("bitcast", shifted, INTS);
    Value power = f.op("add", f.op("sub", bits, Value.of(INTS, 0x4B400000L)), Value.of(INTS, 127));
    Value scale = f.convert("bitcast", f.op("shl", power, Value.of(INTS, 23)), TYPE);
    return f.select(inside, f.op("fmul", sum, scale), constant(0f));
  }

  static Value constant(float number) {
    return Value.of(TYPE, number);
  }
}
