package org.cycleqd.spectral;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.cycleqd.tensor.DType;
import org.cycleqd.tensor.FloatConversion;
import org.cycleqd.torch.NativeArrays;
import org.cycleqd.torch.TorchProgram;

/** Composes tensors into live arrays of any type and device, a tile at a time. */
final class LiveTarget {

  private final TorchProgram program;
  private final TileComposer composer;
  private MemorySegment bits = MemorySegment.NULL;

  LiveTarget(TorchProgram program, TileComposer composer) {
    this.program = program;
    this.composer = composer;
  }

  void write(Blend blend, BlendProducts products, NDArray target) {
    long columns = blend.spec().columns();
    int most = blend.tileRows();
    try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
      for (long first = 0; first < blend.spec().rows(); first += most) {
        int rows = (int) Math.min(most, blend.spec().rows() - first);
        MemorySegment tile = composer.tile().asSlice(0, rows * columns * Float.BYTES);
        composer.compose(
            blend,
            products,
            first,
            rows,
            (values, offset, count) -> {
              round(blend.spec().dtype(), values, count);
              MemorySegment.copy(
                  values, 0, tile, ValueLayout.JAVA_FLOAT, (long) offset * Float.BYTES, count);
            });
        try (NDManager step = manager.newSubManager()) {
          NDArray source = NativeArrays.of(step, tile, rows, columns);
          program.call(step, "put", target, first, source);
        }
      }
    }
  }

  private void round(DType dtype, float[] values, int count) {
    if (dtype != DType.F32) {
      if (bits.byteSize() < (long) count * Short.BYTES) {
        bits = Arena.ofAuto().allocate((long) count * Short.BYTES, 64);
      }
      FloatConversion.round(dtype, values, 0, bits, 0, count);
      FloatConversion.widen(dtype, bits, 0, values, 0, count);
    }
  }
}
