package org.cycleqd.torch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;

/** Memory that libtorch and others use, without copies; arrays of less than 2^31 bytes. */
public final class NativeArrays {

  /** An array has fewer bytes. */
  public static final long MOST_BYTES = 1L << 31;

  private NativeArrays() {}

  /**
   * A float32 array that lies in a segment; neither may outlive the segment.
   *
   * @throws IllegalArgumentException if it is too large
   */
  public static NDArray of(NDManager manager, MemorySegment floats, long... shape) {
    if (floats.byteSize() >= MOST_BYTES) {
      throw new IllegalArgumentException(
          "found %d bytes for one matrix, expected fewer than 2^31".formatted(floats.byteSize()));
    }
    return manager.create(
        floats.asByteBuffer().order(ByteOrder.nativeOrder()), new Shape(shape), DataType.FLOAT32);
  }

  /** The memory of an array on the processor whose elements lie together; as long as it lives. */
  public static MemorySegment memory(NDArray array) {
    return MemorySegment.ofBuffer(array.toByteBuffer(true));
  }
}
