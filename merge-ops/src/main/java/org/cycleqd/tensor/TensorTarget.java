package org.cycleqd.tensor;

import java.io.IOException;
import java.lang.foreign.MemorySegment;

/**
 * Takes the bytes of one tensor, in pieces of any size and order, from any threads.
 *
 * <p>Each byte is put exactly once; whoever owns the target refuses a tensor that is not complete.
 */
@FunctionalInterface
public interface TensorTarget {

  /**
   * Stores a piece, and does not keep the segment.
   *
   * @param offset where the piece begins, in bytes from the start of the tensor
   * @param bytes elements, row-major and little-endian, in native memory or a byte array
   * @throws IOException if the piece cannot be stored
   */
  void put(long offset, MemorySegment bytes) throws IOException;
}
