package org.cycleqd.lm;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.lang.foreign.MemorySegment;
import org.cycleqd.tensor.TensorTarget;
import org.cycleqd.torch.NativeArrays;
import org.cycleqd.torch.TorchProgram;

/**
 * Copies whole rows of float32 elements into an array of any type on any device.
 *
 * @param array of two dimensions, or one row
 */
record ArrayTarget(TorchProgram program, NDArray array) implements TensorTarget {

  @Override
  public void put(long offset, MemorySegment bytes) {
    long columns = array.getShape().get(array.getShape().dimension() - 1);
    long width = columns * Float.BYTES;
    try (NDManager step = NDManager.newBaseManager(Device.cpu(), "PyTorch")) {
      NDArray rows = NativeArrays.of(step, bytes, bytes.byteSize() / width, columns);
      program.call(step, "put", array, offset / width, rows);
    }
  }
}
