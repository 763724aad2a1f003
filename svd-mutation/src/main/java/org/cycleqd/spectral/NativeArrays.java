package org.cycleqd.spectral;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;

/** Memory as libtorch sees it, without a copy. */
final class NativeArrays {

  private NativeArrays() {}

  /**
   * A float32 array that lies in a segment; neither may outlive the segment.
   *
   * @throws IllegalArgumentException if it has 2^31 bytes or more
   */
  static NDArray of(NDManager manager, MemorySegment floats, long... shape) {
    if (floats.byteSize() > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "singular vectors: found %d bytes for one matrix, expected fewer than 2^31; truncate the basis"
              .formatted(floats.byteSize()));
    }
    return manager.create(
        floats.asByteBuffer().order(ByteOrder.nativeOrder()), new Shape(shape), DataType.FLOAT32);
  }

  /** The memory of a float32 array on the processor, as long as the array lives. */
  static MemorySegment memory(NDArray array) {
    return MemorySegment.ofBuffer(array.toByteBuffer(true));
  }
}
