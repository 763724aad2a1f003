package org.cycleqd.merge.method;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.cycleqd.merge.kernel.MergeKernel;
import org.cycleqd.merge.method.Signature.Base;
import org.cycleqd.merge.stream.TensorTask;
import org.cycleqd.merge.stream.TileStep;
import org.cycleqd.merge.stream.Tiles;

/**
 * The weighted mean of directions times the weighted mean of norms ("multislerp"), of task vectors
 * if a base is given.
 */
final class SphericalMean implements MergeMethod {

  private final MergeKernel kernel;

  SphericalMean(MergeKernel kernel) {
    this.kernel = kernel;
  }

  @Override
  public Signature signature() {
    return new Signature(
        "multislerp",
        Base.OPTIONAL,
        2,
        Integer.MAX_VALUE,
        List.of(Parameter.number("weight")),
        List.of(
            Parameter.flag("normalize_weights", true), Parameter.number("eps", 1e-8).within(0, 1)));
  }

  @Override
  public TileStep prepare(TensorTask task, Tiles tiles) throws IOException {
    double[] weights = task.numbers("weight");
    if (task.parameters().flag("normalize_weights")) {
      double sum = Arrays.stream(weights).sum();
      weights = Arrays.stream(weights).map(weight -> weight / sum).toArray();
    }
    boolean fromBase = task.base().isPresent();
    Gram gram =
        Gram.of(
            kernel,
            tiles,
            task,
            fromBase ? tile -> Combination.deltas(kernel, tile) : _ -> {},
            false);
    double[] coefficients = coefficients(task, weights, gram);
    return fromBase
        ? Combination.ofDeltas(kernel, coefficients)
        : Combination.ofModels(kernel, coefficients);
  }

  private static double[] coefficients(TensorTask task, double[] weights, Gram gram)
      throws MergeException {
    int n = weights.length;
    double square = 0;
    double norm = 0;
    for (int i = 0; i < n; i++) {
      norm += weights[i] * gram.norm(i);
      for (int j = 0; j < n; j++) {
        square += weights[i] * weights[j] * gram.cosine(i, j);
      }
    }
    double length = Math.sqrt(Math.max(square, 0));
    if (length <= task.parameters().number("eps")) {
      if (n > 2 && norm != 0) {
        throw new MergeException(
            "tensor %s: found directions that cancel out, expected some mean direction"
                .formatted(task.output().name()));
      }
      return weights; // opposite directions have no mean: interpolate
    }
    double[] coefficients = new double[n];
    for (int i = 0; i < n; i++) {
      coefficients[i] = gram.norm(i) == 0 ? 0 : weights[i] / gram.norm(i) / length * norm;
    }
    return coefficients;
  }
}
