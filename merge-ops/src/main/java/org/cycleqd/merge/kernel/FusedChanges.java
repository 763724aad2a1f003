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
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/**
 * Changes that were computed in float32, added to bfloat16 tensors from memory to memory in a
 * single pass.
 *
 * <p>The bits are those that widening to float32 arrays, {@link MergeKernel#sumOnto} with the
 * change as the last delta, of weight one, and rounding give.
 */
public final class FusedChanges {

  private static final ByteOrder ORDER = ByteOrder.LITTLE_ENDIAN;
  private static final ValueLayout.OfFloat FLOAT =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ORDER);

  private FusedChanges() {}

  /**
   * {@code out = base + (sum_k weights[k] * (inputs[k] - base) + change)}.
   *
   * @param inputs bfloat16 like base and out, may be none
   * @param change float32
   * @return whether all results are finite bfloat16 numbers
   */
  public static boolean add(
      MemorySegment base,
      MemorySegment[] inputs,
      float[] weights,
      MemorySegment change,
      MemorySegment out,
      int count) {
    IntVector largest = IntVector.zero(INTS);
    int i = 0;
    for (; i <= count - LANES; i += LANES) {
      FloatVector origin = load(base, 2L * i);
      FloatVector sum = FloatVector.zero(FLOATS);
      for (int k = 0; k < weights.length; k++) {
        sum = sum.add(load(inputs[k], 2L * i).sub(origin).mul(weights[k]));
      }
      sum = origin.add(sum.add(FloatVector.fromMemorySegment(FLOATS, change, 4L * i, ORDER)));
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
      sum += change.get(FLOAT, 4L * i);
      finite &= store(origin + sum, out, 2L * i);
    }
    return finite;
  }
}
