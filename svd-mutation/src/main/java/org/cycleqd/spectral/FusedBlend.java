package org.cycleqd.spectral;

import java.lang.foreign.MemorySegment;
import java.util.Optional;
import org.cycleqd.spectral.kernel.BlendKernel;
import org.cycleqd.spectral.kernel.BlendKernel.Addition;

/**
 * Composes rows of bfloat16 tensors in machine code, with one pass over base, models and result.
 * The bits are those of {@link TileComposer}.
 */
final class FusedBlend {

  private final BlendKernel kernel;
  private final Blend blend;
  private final BlendProducts products;

  private FusedBlend(BlendKernel kernel, Blend blend, BlendProducts products) {
    this.kernel = kernel;
    this.blend = blend;
    this.products = products;
  }

  /** For a blend of bfloat16 tensors, where the processor is served. */
  static Optional<FusedBlend> of(Blend blend, BlendProducts products) {
    return blend.isBrain() && BlendKernel.fits(blend.spec().columns())
        ? BlendKernel.find().map(kernel -> new FusedBlend(kernel, blend, products))
        : Optional.empty();
  }

  /** Whether products lie in memory before they are added, a tile at a time. */
  boolean isTiled() {
    return products instanceof TorchProducts;
  }

  /**
   * Composes rows.
   *
   * @param composer has the memory of a tile
   * @param out takes bfloat16 numbers
   * @param floats whether it takes them as float32
   * @return whether all are finite
   */
  boolean compose(TileComposer composer, MemorySegment out, boolean floats, long row, int count) {
    BlendKernel.Tensors tensors = blend.tensors(row, count);
    long columns = blend.spec().columns();
    return switch (products) {
      case PackedProduct packed -> packed.blend(tensors, out, floats, row, count);
      case NoProducts _ -> kernel.blend(tensors, Addition.nothing(), out, floats, count, columns);
      case TorchProducts _ -> {
        composer.multiply(products, row, count);
        yield kernel.blend(tensors, Addition.change(composer.tile()), out, floats, count, columns);
      }
    };
  }
}
