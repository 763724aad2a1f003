package org.cycleqd.spectral;

import ai.djl.ndarray.NDManager;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.cycleqd.spectral.kernel.BlendKernel;
import org.cycleqd.spectral.kernel.BlendKernel.Addition;
import org.cycleqd.torch.NativeArrays;
import org.cycleqd.torch.TorchProgram;
import org.jspecify.annotations.Nullable;

/** All products as one in machine code, from a copy of one tensor's right vectors. */
final class PackedProduct implements BlendProducts {

  private final BlendKernel kernel;
  private final Buffers buffers;
  private final @Nullable NDManager manager;
  private final List<Left> lefts = new ArrayList<>();
  private final List<MemorySegment> borrowed = new ArrayList<>();
  private final long columns;
  private final long components;
  private final MemorySegment panels;

  /** Left vectors [rows, r] and what each is multiplied by. */
  private record Left(MemorySegment vectors, long r, MemorySegment amounts, long first) {}

  PackedProduct(BlendKernel kernel, TorchProgram program, Buffers buffers, Blend blend) {
    this.kernel = kernel;
    this.buffers = buffers;
    this.columns = blend.spec().columns();
    this.components = BlendKernel.padded(blend.rank());
    this.panels = borrow(components * columns * Float.BYTES);
    if (components > blend.rank()) {
      panels.fill((byte) 0);
    }
    boolean spanned = blend.core().form() == Core.Form.SPANNED;
    int first = 0;
    for (Blend.Product product : blend.products()) {
      Factors factors = product.factors();
      kernel.pack(factors.right(), factors.stored(), columns, panels, components, first);
      if (!spanned) {
        add(factors.left(), product.amounts(), first);
      }
      first += factors.stored();
    }
    if (spanned) {
      float[] ones = new float[first];
      Arrays.fill(ones, 1);
      manager = NDManager.newBaseManager("PyTorch");
      add(
          NativeArrays.memory(
              SpannedLeft.of(
                  program, manager, blend.products(), blend.spec().rows(), blend.core())),
          ones,
          0);
    } else {
      manager = null;
    }
  }

  private void add(MemorySegment vectors, float[] amounts, long first) {
    MemorySegment kept = borrow((long) amounts.length * Float.BYTES);
    MemorySegment.copy(amounts, 0, kept, ValueLayout.JAVA_FLOAT, 0, amounts.length);
    lefts.add(new Left(vectors, amounts.length, kept, first));
  }

  private MemorySegment borrow(long bytes) {
    MemorySegment buffer = buffers.borrow(bytes);
    borrowed.add(buffer);
    return buffer;
  }

  @Override
  public void multiply(MemorySegment out, long row, int count) {
    MemorySegment left = scaled(row, count);
    kernel.multiply(Addition.product(left, panels, components), out, count, columns);
    buffers.giveBack(left);
  }

  /**
   * Rows of the product, added to bfloat16 tensors.
   *
   * @param floats whether results are stored as float32
   * @return whether all results are finite
   */
  boolean blend(
      BlendKernel.Tensors tensors, MemorySegment out, boolean floats, long row, int count) {
    MemorySegment left = scaled(row, count);
    Addition product = Addition.product(left, panels, components);
    boolean finite = kernel.blend(tensors, product, out, floats, count, columns);
    buffers.giveBack(left);
    return finite;
  }

  /** Rows of all left vectors, times their amounts. */
  private MemorySegment scaled(long row, int count) {
    MemorySegment all = buffers.borrow(count * components * Float.BYTES);
    all.asSlice(0, count * components * Float.BYTES).fill((byte) 0);
    for (Left left : lefts) {
      long bytes = left.r * Float.BYTES;
      MemorySegment rows = left.vectors.asSlice(row * bytes, count * bytes);
      kernel.scale(rows, left.r, left.amounts, all, components, left.first, count);
    }
    return all;
  }

  @Override
  public void close() {
    borrowed.forEach(buffers::giveBack);
    if (manager != null) {
      manager.close();
    }
  }
}
