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

  /**
   * Memory that may be written in place of {@link #put}, for a target that lies in memory.
   *
   * @param offset where the piece begins, in bytes from the start of the tensor
   * @param bytes its length
   * @return the piece's memory, or {@link MemorySegment#NULL} if it has to be put
   */
  default MemorySegment window(long offset, long bytes) {
    return MemorySegment.NULL;
  }

  /** A target in memory; what it holds after a failure is undefined. */
  static TensorTarget into(MemorySegment memory) {
    return new TensorTarget() {
      @Override
      public void put(long offset, MemorySegment bytes) {
        MemorySegment.copy(bytes, 0, memory, offset, bytes.byteSize());
      }

      @Override
      public MemorySegment window(long offset, long bytes) {
        return memory.asSlice(offset, bytes);
      }
    };
  }
}
