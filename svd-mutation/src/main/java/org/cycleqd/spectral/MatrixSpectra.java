package org.cycleqd.spectral;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntFunction;
import java.util.function.UnaryOperator;
import org.cycleqd.torch.NativeArrays;
import org.cycleqd.torch.TorchProgram;

/**
 * Changes the singular values of matrices, and says the change as a core. Safe for use from several
 * threads.
 */
final class MatrixSpectra {

  /** Singular values below this share of the coefficients' norm are rounding, and stay. */
  private static final double ROUNDING = 1e-12;

  private final TorchProgram program;
  private final Map<Integer, Triangles> known = new ConcurrentHashMap<>();

  MatrixSpectra(TorchProgram program) {
    this.program = program;
  }

  /**
   * How the singular vectors of all experts overlap in a tensor: the triangles of the QR
   * decompositions of the left ones [m, r] and the right ones [n, r], both [r, r].
   */
  @SuppressWarnings("ArrayRecordComponent") // bulk numbers, never compared
  private record Triangles(double[] left, double[] right) {}

  /**
   * {@code core + U diag(amounts) V^T}, where U diag(s) V^T is a matrix.
   *
   * @param matrix [m, n]
   * @param core [m, n], or empty for zeros
   * @param amounts from all singular values, descending
   * @return [m, n]; the core itself if the matrix is zero or not finite
   */
  float[] dense(
      float[] matrix, float[] core, long rows, long columns, UnaryOperator<double[]> amounts) {
    if (!decomposable(matrix)) {
      return core;
    }
    try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
      Shape shape = new Shape(rows, columns);
      NDList found = program.call(manager, "spectrum", manager.create(matrix, shape));
      double[] shares = amounts.apply(found.get(1).toDoubleArray());
      NDArray start = core.length == 0 ? manager.zeros(shape) : manager.create(core, shape);
      return program
          .call(manager, "shifted", start, found.get(0), manager.create(shares), found.get(2))
          .singletonOrThrow()
          .toFloatArray();
    }
  }

  /**
   * {@code core + U diag(w * s) V^T} for the matrix U diag(s) V^T that a core, with what the genome
   * has of each component on its diagonal, is between all singular vectors L and R of the experts.
   *
   * <p>With L = P A and R^T = Q B the matrix is P (A C B^T) Q^T, so only [r, r] is decomposed. The
   * change is C R V diag(w / s) U^T L C as a core, without an inverse of A or B, which are singular
   * where experts agree.
   *
   * @param tensor its number, under which the overlaps are kept
   * @param weights w, by the number of components
   * @return [r, r]; the core itself if the matrix is zero or not finite
   */
  float[] spanned(
      int tensor,
      List<Change> changes,
      float[] strengths,
      float[] core,
      long[] extents,
      IntFunction<double[]> weights) {
    int span = strengths.length;
    double[] inner = new double[span * span];
    for (int i = 0; i < core.length; i++) {
      inner[i] = core[i];
    }
    for (int i = 0; i < span; i++) {
      inner[i * (span + 1)] += strengths[i];
    }
    if (!decomposable(inner)) {
      return core;
    }
    Triangles overlaps =
        known.computeIfAbsent(tensor, _ -> triangles(changes, extents[0], extents[1]));
    try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
      Shape square = new Shape(span, span);
      NDArray whole = manager.create(inner, square);
      NDArray left = manager.create(overlaps.left(), square);
      NDArray right = manager.create(overlaps.right(), square);
      NDArray between = program.call(manager, "between", left, whole, right).singletonOrThrow();
      NDList found = program.call(manager, "spectrum", between);
      double[] values = found.get(1).toDoubleArray();
      double[] shares = weights.apply(span);
      double least = ROUNDING * norm(inner); // experts may cancel
      for (int i = 0; i < span; i++) {
        shares[i] = values[i] > least ? shares[i] / values[i] : 0;
      }
      if (values[0] <= least) {
        return core;
      }
      double[] change =
          program
              .call(
                  manager,
                  "within",
                  whole,
                  left,
                  found.get(0),
                  manager.create(shares),
                  found.get(2),
                  right)
              .singletonOrThrow()
              .toDoubleArray();
      float[] sum = new float[change.length];
      for (int i = 0; i < sum.length; i++) {
        sum[i] = (float) ((core.length == 0 ? 0 : core[i]) + change[i]);
      }
      return sum;
    }
  }

  private Triangles triangles(List<Change> changes, long rows, long columns) {
    try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
      NDList lefts = new NDList();
      NDList rights = new NDList();
      for (Change change : changes) {
        Factors factors = change.factors();
        if (factors.stored() > 0) {
          lefts.add(NativeArrays.of(manager, factors.left(), rows, factors.stored()));
          rights.add(NativeArrays.of(manager, factors.right(), factors.stored(), columns));
        }
      }
      NDList found =
          program.call(
              manager,
              "triangles",
              program.call(manager, "columns", lefts).singletonOrThrow(),
              program.call(manager, "rows", rights).singletonOrThrow());
      return new Triangles(found.get(0).toDoubleArray(), found.get(1).toDoubleArray());
    }
  }

  private static double norm(double[] values) {
    double sum = 0;
    for (double value : values) {
      sum += value * value;
    }
    return Math.sqrt(sum);
  }

  private static boolean decomposable(float[] matrix) {
    boolean zero = true;
    for (float value : matrix) {
      if (!Float.isFinite(value)) {
        return false;
      }
      zero &= value == 0;
    }
    return !zero;
  }

  private static boolean decomposable(double[] matrix) {
    boolean zero = true;
    for (double value : matrix) {
      if (!Double.isFinite(value)) {
        return false;
      }
      zero &= value == 0;
    }
    return !zero;
  }
}
