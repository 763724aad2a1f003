package org.cycleqd.spectral;

import java.lang.foreign.MemorySegment;
import java.util.Optional;
import org.cycleqd.spectral.kernel.BlendKernel;
import org.cycleqd.torch.TorchProgram;

/**
 * What a blend adds to base and models: the sum of all products and the core. Several threads may
 * multiply at a time.
 */
sealed interface BlendProducts extends AutoCloseable
    permits NoProducts, PackedProduct, TorchProducts {

  /**
   * In machine code where the processor is served, the columns are whole vectors and no core goes
   * over all elements; else inside libtorch.
   */
  static BlendProducts of(TorchProgram program, Buffers buffers, Blend blend) {
    if (!blend.isMultiplied()) {
      return new NoProducts();
    }
    boolean packed =
        !blend.products().isEmpty()
            && blend.core().form() != Core.Form.DENSE
            && BlendKernel.fits(blend.spec().columns());
    Optional<BlendKernel> kernel = packed ? BlendKernel.find() : Optional.empty();
    return kernel.isPresent()
        ? new PackedProduct(kernel.get(), program, buffers, blend)
        : new TorchProducts(program, blend);
  }

  /**
   * Rows of the sum.
   *
   * @param out receives {@code [count, n]} float32 elements
   */
  void multiply(MemorySegment out, long first, int count);

  @Override
  void close();
}
