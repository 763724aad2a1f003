package org.cycleqd.merge.method;

import java.util.List;
import org.cycleqd.merge.kernel.MergeKernel;
import org.cycleqd.merge.method.Signature.Base;
import org.cycleqd.merge.stream.TensorTask;
import org.cycleqd.merge.stream.TileStep;
import org.cycleqd.merge.stream.Tiles;

/** One model as it is, times {@code scale}. */
final class Passthrough implements MergeMethod {

  private final MergeKernel kernel;

  Passthrough(MergeKernel kernel) {
    this.kernel = kernel;
  }

  @Override
  public Signature signature() {
    return new Signature(
        "passthrough", Base.LISTED, 1, 1, List.of(Parameter.number("scale", 1)), List.of());
  }

  @Override
  public TileStep prepare(TensorTask task, Tiles tiles) {
    return Combination.ofModels(kernel, task.numbers("scale"));
  }
}
