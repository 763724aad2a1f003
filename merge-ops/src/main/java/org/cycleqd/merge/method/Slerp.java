package org.cycleqd.merge.method;

import java.io.IOException;
import java.util.List;
import org.cycleqd.merge.kernel.MergeKernel;
import org.cycleqd.merge.method.Signature.Base;
import org.cycleqd.merge.stream.TensorTask;
import org.cycleqd.merge.stream.TileStep;
import org.cycleqd.merge.stream.Tiles;

/**
 * Spherical interpolation between base ({@code t = 0}) and one model ({@code t = 1}) of flattened
 * tensors: {@code [sin((1-t) W) theta_0 + sin(t W) theta_1] / sin W} with the angle W between them;
 * linear where {@code |cos W| > 0.9995}.
 */
final class Slerp implements MergeMethod {

  private static final double PARALLEL = 0.9995;

  private final MergeKernel kernel;

  Slerp(MergeKernel kernel) {
    this.kernel = kernel;
  }

  @Override
  public Signature signature() {
    return new Signature("slerp", Base.REQUIRED, 1, 1, List.of(), List.of(Parameter.number("t")));
  }

  @Override
  public TileStep prepare(TensorTask task, Tiles tiles) throws IOException {
    double t = task.parameters().number("t");
    Gram gram = Gram.of(kernel, tiles, task, _ -> {}, true);
    double cosine = gram.cosine(0, 1);
    if (Math.abs(cosine) > PARALLEL) {
      return Combination.ofBaseAndModels(kernel, 1 - t, t);
    }
    double angle = Math.acos(cosine);
    return Combination.ofBaseAndModels(
        kernel, Math.sin((1 - t) * angle) / Math.sin(angle), Math.sin(t * angle) / Math.sin(angle));
  }
}
