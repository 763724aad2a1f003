package org.cycleqd.merge.kernel;

import static org.cycleqd.merge.kernel.BrainLanes.FLOATS;
import static org.cycleqd.merge.kernel.BrainLanes.INTS;
import static org.cycleqd.merge.kernel.BrainLanes.LANES;
import static org.cycleqd.merge.kernel.BrainLanes.MAGNITUDE;
import static org.cycleqd.merge.kernel.BrainLanes.OVERFLOW;
import static org.cycleqd.merge.kernel.BrainLanes.SHORTS;
import static org.cycleqd.merge.kernel.BrainLanes.element;
import static org.cycleqd.merge.kernel.BrainLanes.load;
import static org.cycleqd.merge.kernel.BrainLanes.store;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
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
    int vectors = count - count % LANES;
    int largest =
        weights.length == 0
            ? addAlone(base, change, out, vectors)
            : addAll(base, inputs, weights, change, out, vectors);
    boolean finite = largest < OVERFLOW;
    for (long at = 2L * vectors; at < 2L * count; at += 2) {
      float origin = element(base, at);
      float sum = 0;
      for (int k = 0; k < weights.length; k++) {
        sum += weights[k] * (element(inputs[k], at) - origin);
      }
      sum += change.get(FLOAT, 2 * at);
      finite &= store(origin + sum, out, at);
    }
    return finite;
  }

  private static int addAlone(
      MemorySegment base, MemorySegment change, MemorySegment out, int count) {
    IntVector largest = IntVector.zero(INTS);
    for (int i = 0; i < count; i += LANES) {
      FloatVector sum =
          FloatVector.zero(FLOATS) // decides the sign of a negative zero
              .add(FloatVector.fromMemorySegment(FLOATS, change, 4L * i, ORDER));
      IntVector bits = load(base, 2L * i).add(sum).reinterpretAsInts();
      largest = largest.max(bits.and(MAGNITUDE));
      // Written out, see FusedElections.
      ((ShortVector)
              bits.add(bits.lanewise(VectorOperators.LSHR, 16).and(1))
                  .add(0x7FFF)
                  .lanewise(VectorOperators.LSHR, 16)
                  .convertShape(VectorOperators.I2S, SHORTS, 0))
          .intoMemorySegment(out, 2L * i, ORDER);
    }
    return largest.reduceLanes(VectorOperators.MAX); // a vector that is returned is boxed each time
  }

  private static int addAll(
      MemorySegment base,
      MemorySegment[] inputs,
      float[] weights,
      MemorySegment change,
      MemorySegment out,
      int count) {
    IntVector largest = IntVector.zero(INTS);
    for (int i = 0; i < count; i += LANES) {
      FloatVector origin = load(base, 2L * i);
      FloatVector sum = FloatVector.zero(FLOATS);
      for (int k = 0; k < weights.length; k++) {
        sum = sum.add(load(inputs[k], 2L * i).sub(origin).mul(weights[k]));
      }
      sum = origin.add(sum.add(FloatVector.fromMemorySegment(FLOATS, change, 4L * i, ORDER)));
      IntVector bits = sum.reinterpretAsInts();
      largest = largest.max(bits.and(MAGNITUDE));
      // Written out, see FusedElections.
      ((ShortVector)
              bits.add(bits.lanewise(VectorOperators.LSHR, 16).and(1))
                  .add(0x7FFF)
                  .lanewise(VectorOperators.LSHR, 16)
                  .convertShape(VectorOperators.I2S, SHORTS, 0))
          .intoMemorySegment(out, 2L * i, ORDER);
    }
    return largest.reduceLanes(VectorOperators.MAX); // a vector that is returned is boxed each time
  }
}
