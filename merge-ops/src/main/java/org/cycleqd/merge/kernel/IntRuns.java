package org.cycleqd.merge.kernel;

import static org.cycleqd.merge.kernel.BrainLanes.INTS;
import static org.cycleqd.merge.kernel.BrainLanes.LANES;

import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/** Comparisons of many integers with one. */
public final class IntRuns {

  private IntRuns() {}

  /** How many are greater. */
  public static int greater(int[] values, int than) {
    int greater = 0;
    int i = 0;
    for (; i <= values.length - LANES; i += LANES) {
      greater += IntVector.fromArray(INTS, values, i).compare(VectorOperators.GT, than).trueCount();
    }
    for (; i < values.length; i++) {
      greater += values[i] > than ? 1 : 0;
    }
    return greater;
  }

  /** How many are equal. */
  public static int equal(int[] values, int to) {
    int equal = 0;
    int i = 0;
    for (; i <= values.length - LANES; i += LANES) {
      equal += IntVector.fromArray(INTS, values, i).compare(VectorOperators.EQ, to).trueCount();
    }
    for (; i < values.length; i++) {
      equal += values[i] == to ? 1 : 0;
    }
    return equal;
  }

  /**
   * Copies those in {@code [low, low + width)}.
   *
   * @param out has room for all values and {@link MergeKernel#SLACK} more from {@code used} on
   * @param used number of values in {@code out}
   * @return the same after the copy
   */
  public static int copyWithin(int[] values, int low, int width, int[] out, int used) {
    int next = used;
    int i = 0;
    for (; i <= values.length - LANES; i += LANES) {
      IntVector value = IntVector.fromArray(INTS, values, i);
      VectorMask<Integer> inside = value.sub(low).compare(VectorOperators.ULT, width);
      value.compress(inside).intoArray(out, next);
      next += inside.trueCount();
    }
    for (; i < values.length; i++) {
      if (Integer.compareUnsigned(values[i] - low, width) < 0) {
        out[next++] = values[i];
      }
    }
    return next;
  }
}
