package org.cycleqd.merge.method;

import java.util.Arrays;
import java.util.List;
import org.cycleqd.merge.kernel.MergeKernel;
import org.cycleqd.merge.method.Signature.Base;
import org.cycleqd.merge.stream.TensorTask;
import org.cycleqd.merge.stream.TileStep;
import org.cycleqd.merge.stream.Tiles;

/** {@code sum w_i theta_i}, divided by {@code sum w_i} if {@code normalize} ("model soups"). */
final class Linear implements MergeMethod {

  private static final double CANCELLED = 1e-8;

  private final MergeKernel kernel;

  Linear(MergeKernel kernel) {
    this.kernel = kernel;
  }

  @Override
  public Signature signature() {
    return new Signature(
        "linear",
        Base.LISTED,
        1,
        Integer.MAX_VALUE,
        List.of(Parameter.number("weight")),
        List.of(Parameter.flag("normalize", true)));
  }

  @Override
  public TileStep prepare(TensorTask task, Tiles tiles) throws MergeException {
    double[] weights = task.numbers("weight");
    if (task.parameters().flag("normalize")) {
      double sum = Arrays.stream(weights).sum();
      if (Math.abs(sum) < CANCELLED) {
        throw new MergeException(
            "tensor %s: weight: found a sum of %s, expected one that can be divided by;"
                    .formatted(task.output().name(), sum)
                + " set normalize: false");
      }
      weights = Arrays.stream(weights).map(weight -> weight / sum).toArray();
    }
    return Combination.ofModels(kernel, weights);
  }
}
