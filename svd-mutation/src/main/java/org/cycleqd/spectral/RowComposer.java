package org.cycleqd.spectral;

import java.lang.foreign.MemorySegment;
import java.util.Optional;
import org.cycleqd.tensor.DType;
import org.cycleqd.tensor.FloatConversion;

/**
 * Composes rows of a tensor into memory: in machine code where there is some for it, else in tiles.
 *
 * @param floats whether the memory takes the rounded numbers as float32, not as the tensor's type
 */
record RowComposer(Blend blend, BlendProducts products, Optional<FusedBlend> code, boolean floats) {

  static RowComposer of(Blend blend, BlendProducts products, boolean floats) {
    return new RowComposer(blend, products, FusedBlend.of(blend, products), floats);
  }

  /** Whether rows pass through the memory of a tile, so that no more can be composed at a time. */
  boolean isTiled() {
    return code.isEmpty() || code.get().isTiled();
  }

  /**
   * Composes rows.
   *
   * @throws WeightsException if a weight is not finite in the tensor's type
   */
  void compose(TileComposer composer, long first, int count, MemorySegment memory) {
    if (code.isEmpty()) {
      tile(composer, first, count, memory);
    } else if (!code.get().compose(composer, memory, floats, first, count) && !blend.isBase()) {
      throw refusal(composer, first, count);
    }
  }

  private void tile(TileComposer composer, long first, int count, MemorySegment memory) {
    DType stored = blend.spec().dtype();
    DType dtype = floats ? DType.F32 : stored;
    long width = dtype.bits() / Byte.SIZE;
    composer.compose(
        blend,
        products,
        first,
        count,
        (values, offset, elements) -> {
          if (floats) {
            composer.round(stored, values, elements);
          }
          FloatConversion.round(dtype, values, 0, memory, offset * width, elements);
        });
  }

  /** Looks for the element that was refused without being told which. */
  private WeightsException refusal(TileComposer composer, long first, int count) {
    int most = blend.tileRows();
    for (int row = 0; row < count; row += most) {
      int some = Math.min(most, count - row);
      try {
        composer.compose(blend, products, first + row, some, (_, _, _) -> {});
      } catch (WeightsException e) {
        return e;
      }
    }
    throw new IllegalStateException(
        "tensor %s: weights are finite in one kernel only".formatted(blend.spec().name()));
  }
}
