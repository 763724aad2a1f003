package org.cycleqd.merge.method;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.cycleqd.merge.kernel.MergeKernel;
import org.cycleqd.merge.method.Signature.Base;
import org.cycleqd.merge.stream.TensorTask;
import org.cycleqd.merge.stream.TileStep;
import org.cycleqd.merge.stream.Tiles;

/**
 * The Riemannian centre of mass of the directions, all alike, times the mean norm.
 *
 * <p>Iterates {@code u <- cos|T| u + sin|T| T/|T|} with {@code T} the mean of the logarithms of the
 * directions at {@code u}. The iterate is a combination of the inputs, so it needs their Gram
 * matrix only.
 */
final class KarcherMean implements MergeMethod {

  private static final double TINY = 1e-12;

  private final MergeKernel kernel;

  KarcherMean(MergeKernel kernel) {
    this.kernel = kernel;
  }

  @Override
  public Signature signature() {
    return new Signature(
        "karcher",
        Base.INPUT,
        1,
        Integer.MAX_VALUE,
        List.of(),
        List.of(
            Parameter.number("max_iter", 10).within(0, 1e6),
            Parameter.number("tol", 1e-5).within(0, 1)));
  }

  @Override
  public TileStep prepare(TensorTask task, Tiles tiles) throws IOException {
    int n = task.sources().size();
    Gram gram = Gram.of(kernel, tiles, task, _ -> {}, false);
    int[] present = IntStream.range(0, n).filter(i -> gram.norm(i) > 0).toArray();
    double[] coefficients = new double[n];
    if (present.length > 0) {
      double[] mean = mean(gram, present, task);
      double norm = IntStream.range(0, n).mapToDouble(gram::norm).sum() / present.length;
      for (int i = 0; i < present.length; i++) {
        coefficients[present[i]] = mean[i] * norm / gram.norm(present[i]);
      }
    }
    return Combination.ofModels(kernel, coefficients);
  }

  /** Coefficients of the unit vectors in their centre of mass, itself a unit vector. */
  private static double[] mean(Gram gram, int[] present, TensorTask task) {
    int n = present.length;
    double[] u = new double[n];
    Arrays.fill(u, 1.0 / n);
    double length = length(gram, present, u);
    if (length < TINY) {
      Arrays.fill(u, 0);
      u[0] = 1;
    } else {
      scale(u, 1 / length);
    }
    double tolerance = task.parameters().number("tol");
    for (int step = 0; step < task.parameters().number("max_iter"); step++) {
      double[] tangent = tangent(gram, present, u);
      double size = length(gram, present, tangent);
      if (size < tolerance) {
        break;
      }
      for (int i = 0; i < n; i++) {
        u[i] = Math.cos(size) * u[i] + Math.sin(size) * tangent[i] / size;
      }
      scale(u, 1 / length(gram, present, u));
    }
    return u;
  }

  private static double[] tangent(Gram gram, int[] present, double[] u) {
    int n = present.length;
    double[] tangent = new double[n];
    for (int i = 0; i < n; i++) {
      double cosine = 0;
      for (int j = 0; j < n; j++) {
        cosine += u[j] * gram.cosine(present[i], present[j]);
      }
      cosine = Math.clamp(cosine, -1, 1);
      double angle = Math.acos(cosine);
      double sine = Math.sin(angle);
      if (sine > TINY) {
        double share = angle / sine / n;
        tangent[i] += share;
        for (int j = 0; j < n; j++) {
          tangent[j] -= share * cosine * u[j];
        }
      }
    }
    return tangent;
  }

  private static double length(Gram gram, int[] present, double[] vector) {
    double square = 0;
    for (int i = 0; i < vector.length; i++) {
      for (int j = 0; j < vector.length; j++) {
        square += vector[i] * vector[j] * gram.cosine(present[i], present[j]);
      }
    }
    return Math.sqrt(Math.max(square, 0));
  }

  private static void scale(double[] values, double factor) {
    for (int i = 0; i < values.length; i++) {
      values[i] *= factor;
    }
  }
}
