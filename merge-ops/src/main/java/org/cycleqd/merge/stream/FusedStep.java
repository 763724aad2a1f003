package org.cycleqd.merge.stream;

import java.lang.foreign.MemorySegment;

/**
 * A step that can also go from bfloat16 memory to bfloat16 memory in a single pass, with the same
 * bits as a result.
 */
public interface FusedStep extends TileStep {

  /**
   * Computes a run of elements. It does not cross a multiple of 2^32 elements of the tensor.
   *
   * @param base the base's elements; {@link MemorySegment#NULL} where the task has no base
   * @param models the sources' elements
   * @param first number of the first element within the tensor
   * @param out receives the elements
   * @param count how many
   * @return whether all are finite
   */
  boolean apply(
      MemorySegment base, MemorySegment[] models, long first, MemorySegment out, int count);
}
