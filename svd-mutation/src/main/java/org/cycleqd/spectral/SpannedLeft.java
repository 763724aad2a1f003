package org.cycleqd.spectral;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import org.cycleqd.torch.NativeArrays;
import org.cycleqd.torch.TorchProgram;

/** All left vectors times a core over their span, which has the amounts on its diagonal. */
final class SpannedLeft {

  private SpannedLeft() {}

  /** Computes [rows, span]. */
  static NDArray of(
      TorchProgram program, NDManager manager, List<Blend.Product> products, long rows, Core core) {
    NDList lefts = new NDList();
    int span = products.stream().mapToInt(product -> product.factors().stored()).sum();
    float[] inner = core.coefficients().clone();
    int place = 0;
    for (Blend.Product product : products) {
      Factors factors = product.factors();
      lefts.add(NativeArrays.of(manager, factors.left(), rows, factors.stored()));
      for (float amount : product.amounts()) {
        inner[place * (span + 1)] += amount;
        place++;
      }
    }
    NDArray left = program.call(manager, "columns", lefts).singletonOrThrow();
    return program
        .call(manager, "times", left, manager.create(inner, new Shape(span, span)))
        .singletonOrThrow();
  }
}
