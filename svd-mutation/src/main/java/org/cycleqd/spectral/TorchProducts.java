package org.cycleqd.spectral;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.cycleqd.torch.NativeArrays;
import org.cycleqd.torch.TorchProgram;

/**
 * Products inside libtorch. Thin ones are put together into one, others stay in their mapped files.
 */
final class TorchProducts implements BlendProducts {

  private final TorchProgram program;
  private final NDManager manager = NDManager.newBaseManager("PyTorch");
  private final List<Blend.Product> products;
  private final long rows;
  private final long columns;
  private final NDList together;
  private final NDList dense = new NDList();
  private final NDList rights = new NDList();
  private final NDList amounts = new NDList();

  TorchProducts(TorchProgram program, Blend blend) {
    this.program = program;
    this.products = blend.products();
    this.rows = blend.spec().rows();
    this.columns = blend.spec().columns();
    for (Blend.Product product : products) {
      rights.add(
          NativeArrays.of(manager, product.factors().right(), product.factors().stored(), columns));
      amounts.add(manager.create(product.amounts()));
    }
    this.together = blend.isThin() && !products.isEmpty() ? together(blend.core()) : new NDList();
    if (blend.core().form() == Core.Form.DENSE) {
      dense.add(manager.create(blend.core().coefficients(), new Shape(rows, columns)));
    }
  }

  private NDList together(Core core) {
    if (core.form() == Core.Form.SPANNED) {
      return spanned(core);
    }
    NDList lefts = new NDList();
    for (int p = 0; p < products.size(); p++) {
      Factors factors = products.get(p).factors();
      NDArray left = NativeArrays.of(manager, factors.left(), rows, factors.stored());
      lefts.addAll(program.call(manager, "scaled", left, amounts.get(p)));
    }
    if (lefts.size() == 1) {
      return new NDList(lefts.getFirst(), rights.getFirst());
    }
    NDList both = new NDList();
    both.addAll(program.call(manager, "columns", lefts));
    both.addAll(program.call(manager, "rows", rights));
    return both;
  }

  private NDList spanned(Core core) {
    NDList both = new NDList(SpannedLeft.of(program, manager, products, rows, core));
    both.addAll(program.call(manager, "rows", rights));
    return both;
  }

  @Override
  public void multiply(MemorySegment out, long first, int count) {
    try (NDManager step = manager.newSubManager()) {
      NDArray target =
          NativeArrays.of(step, out.asSlice(0, count * columns * Float.BYTES), count, columns);
      if (!together.isEmpty()) {
        program.call(step, "multiply", target, together.get(0), together.get(1), first);
      }
      for (int p = 0; together.isEmpty() && p < products.size(); p++) {
        Factors factors = products.get(p).factors();
        long width = (long) factors.stored() * Float.BYTES;
        MemorySegment tile = factors.left().asSlice(first * width, count * width);
        program.call(
            step,
            p == 0 ? "multiply_scaled" : "add_scaled",
            target,
            NativeArrays.of(step, tile, count, factors.stored()),
            amounts.get(p),
            rights.get(p));
      }
      if (!dense.isEmpty()) {
        String how = products.isEmpty() ? "take_rows" : "add_rows";
        program.call(step, how, target, dense.getFirst(), first);
      }
    }
  }

  @Override
  public void close() {
    manager.close();
  }
}
