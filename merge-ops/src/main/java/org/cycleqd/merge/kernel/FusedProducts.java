package org.cycleqd.merge.kernel;

import static org.cycleqd.merge.kernel.BrainLanes.FLOATS;
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
import jdk.incubator.vector.VectorOperators;

/**
 * Products of small inner extent, added to bfloat16 tensors from memory to memory: base and models
 * are read once, the product stays in registers.
 *
 * <p>The bits are those of {@link LowRankProduct#multiply} and {@link FusedChanges#add}.
 */
public final class FusedProducts {

  /** Elements of the right factor that are used for all rows before others; they fit a cache. */
  private static final int BLOCK = 1 << 15;

  private final MemorySegment base;
  private final MemorySegment[] inputs;
  private final float[] weights;
  private final LowRankProduct product;
  private final MemorySegment out;

  private FusedProducts(
      MemorySegment base,
      MemorySegment[] inputs,
      float[] weights,
      LowRankProduct product,
      MemorySegment out) {
    this.base = base;
    this.inputs = inputs;
    this.weights = weights;
    this.product = product;
    this.out = out;
  }

  /**
   * {@code out = base + (sum_k weights[k] * (inputs[k] - base) + product)} for some rows of a
   * tensor.
   *
   * @param inputs bfloat16 like base and out, may be none; all of them are these rows alone
   * @param firstRow of the product
   * @return whether all results are finite bfloat16 numbers
   */
  public static boolean add(
      MemorySegment base,
      MemorySegment[] inputs,
      float[] weights,
      LowRankProduct product,
      long firstRow,
      int rows,
      MemorySegment out) {
    return new FusedProducts(base, inputs, weights, product, out)
        .add(Math.toIntExact(firstRow * product.rank()), rows);
  }

  private boolean add(int left, int rows) {
    int columns = product.columns();
    int most = Math.max(2 * LANES, BLOCK / product.rank() / (2 * LANES) * (2 * LANES));
    boolean finite = true;
    for (int first = 0; first < columns; first += most) {
      int last = Math.min(columns, first + most);
      int row = 0;
      for (; row <= rows - 4; row += 4) {
        finite &= four(left, row, first, last);
      }
      for (; row < rows; row++) {
        finite &= one(left, row, first, last);
      }
    }
    return finite;
  }

  /** Four rows, so that each number of the right factor is loaded once for them. */
  private boolean four(int left, int row, int first, int last) {
    int rank = product.rank();
    int columns = product.columns();
    float[] factors = product.left();
    float[] right = product.right();
    int l0 = left + row * rank;
    int l1 = l0 + rank;
    int l2 = l1 + rank;
    int l3 = l2 + rank;
    IntVector largest = IntVector.zero(INTS);
    int j = first;
    for (; j <= last - 2 * LANES; j += 2 * LANES) {
      FloatVector a0 = FloatVector.zero(FLOATS);
      FloatVector a1 = a0;
      FloatVector a2 = a0;
      FloatVector a3 = a0;
      FloatVector b0 = a0;
      FloatVector b1 = a0;
      FloatVector b2 = a0;
      FloatVector b3 = a0;
      for (int p = 0; p < rank; p++) {
        FloatVector x = FloatVector.fromArray(FLOATS, right, p * columns + j);
        FloatVector y = FloatVector.fromArray(FLOATS, right, p * columns + j + LANES);
        FloatVector u0 = FloatVector.broadcast(FLOATS, factors[l0 + p]);
        a0 = u0.fma(x, a0);
        b0 = u0.fma(y, b0);
        FloatVector u1 = FloatVector.broadcast(FLOATS, factors[l1 + p]);
        a1 = u1.fma(x, a1);
        b1 = u1.fma(y, b1);
        FloatVector u2 = FloatVector.broadcast(FLOATS, factors[l2 + p]);
        a2 = u2.fma(x, a2);
        b2 = u2.fma(y, b2);
        FloatVector u3 = FloatVector.broadcast(FLOATS, factors[l3 + p]);
        a3 = u3.fma(x, a3);
        b3 = u3.fma(y, b3);
      }
      long at = 2L * ((long) row * columns + j);
      long below = 2L * columns;
      long beside = 2L * LANES;
      largest = put(a0, at, largest);
      largest = put(b0, at + beside, largest);
      largest = put(a1, at + below, largest);
      largest = put(b1, at + below + beside, largest);
      largest = put(a2, at + 2 * below, largest);
      largest = put(b2, at + 2 * below + beside, largest);
      largest = put(a3, at + 3 * below, largest);
      largest = put(b3, at + 3 * below + beside, largest);
    }
    boolean finite = largest.reduceLanes(VectorOperators.MAX) < OVERFLOW;
    for (int i = 0; i < 4; i++) {
      finite &= elements(left, row + i, j, last);
    }
    return finite;
  }

  private boolean one(int left, int row, int first, int last) {
    int rank = product.rank();
    int columns = product.columns();
    int start = left + row * rank;
    IntVector largest = IntVector.zero(INTS);
    int j = first;
    for (; j <= last - LANES; j += LANES) {
      FloatVector sum = FloatVector.zero(FLOATS);
      for (int p = 0; p < rank; p++) {
        sum =
            FloatVector.broadcast(FLOATS, product.left()[start + p])
                .fma(FloatVector.fromArray(FLOATS, product.right(), p * columns + j), sum);
      }
      largest = put(sum, 2L * ((long) row * columns + j), largest);
    }
    boolean finite = elements(left, row, j, last);
    return finite && largest.reduceLanes(VectorOperators.MAX) < OVERFLOW;
  }

  private IntVector put(FloatVector change, long at, IntVector largest) {
    FloatVector origin = load(base, at);
    FloatVector sum = FloatVector.zero(FLOATS);
    for (int k = 0; k < weights.length; k++) {
      sum = sum.add(load(inputs[k], at).sub(origin).mul(weights[k]));
    }
    sum = origin.add(sum.add(change));
    store(sum, out, at);
    return largest.max(sum.reinterpretAsInts().and(MAGNITUDE));
  }

  private boolean elements(int left, int row, int from, int last) {
    int rank = product.rank();
    int columns = product.columns();
    boolean finite = true;
    for (int j = from; j < last; j++) {
      float change = 0;
      for (int p = 0; p < rank; p++) {
        change =
            Math.fma(
                product.left()[left + row * rank + p], product.right()[p * columns + j], change);
      }
      long at = 2L * ((long) row * columns + j);
      float origin = element(base, at);
      float sum = 0;
      for (int k = 0; k < weights.length; k++) {
        sum += weights[k] * (element(inputs[k], at) - origin);
      }
      sum += change;
      finite &= store(origin + sum, out, at);
    }
    return finite;
  }
}
