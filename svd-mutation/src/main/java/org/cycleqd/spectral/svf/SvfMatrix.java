package org.cycleqd.spectral.svf;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import org.cycleqd.torch.TorchProgram;

/**
 * A matrix W = U diag(S) V^T, [m, n], r = min(m, n), whose singular values are scaled by vectors.
 *
 * <p>The changed matrix appears as its difference from W, which is exactly zero for a neutral
 * vector. Belongs to the manager that it was decomposed with, and to an open {@link SvfDecomposer}.
 */
public final class SvfMatrix {

  private final TorchProgram program;
  private final NDArray left;
  private final double[] values;
  private final NDArray right;

  SvfMatrix(TorchProgram program, NDArray left, double[] values, NDArray right) {
    this.program = program;
    this.left = left;
    this.values = values;
    this.right = right;
  }

  /** S, [r], descending. */
  public double[] singularValues() {
    return values.clone();
  }

  /** U, [m, r]. */
  NDArray left() {
    return left;
  }

  /** V^T, [r, n]. */
  NDArray right() {
    return right;
  }

  /** {@code S * (f(z) - 1)}, [r]: the singular values of the difference, with signs. */
  double[] amounts(SvfRule rule, double[] z) {
    double[] amounts = rule.deviations(values, z);
    for (int i = 0; i < amounts.length; i++) {
      amounts[i] *= values[i];
    }
    return amounts;
  }

  /**
   * {@code W' - W = U diag(S * (f(z) - 1)) V^T}.
   *
   * @param manager owner of the result
   * @param z [r]
   * @return [m, n]
   */
  public NDArray delta(NDManager manager, SvfRule rule, double[] z) {
    try (NDArray amounts = typed(manager, amounts(rule, z))) {
      return program.call(manager, "recompose", left, amounts, right).singletonOrThrow();
    }
  }

  /**
   * dL/dz of a loss whose gradient by W' is given.
   *
   * @param z [r]
   * @param upstream dL/dW', [m, n] in the type of the matrix
   * @return [r]
   */
  public double[] gradient(SvfRule rule, double[] z, NDArray upstream) {
    return rule.gradient(values, z, projected(upstream));
  }

  /**
   * dL/dz of a loss for the linear layer {@code y_t = W' x_t}, without forming dL/dW'.
   *
   * @param z [r]
   * @param outputs dL/dy_t, [t, m] in the type of the matrix
   * @param inputs x_t, [t, n] in the type of the matrix
   * @return [r]
   */
  public double[] gradient(SvfRule rule, double[] z, NDArray outputs, NDArray inputs) {
    requireShape("outputs", outputs, new Shape(outputs.getShape().get(0), left.getShape().get(0)));
    requireShape("inputs", inputs, new Shape(outputs.getShape().get(0), right.getShape().get(1)));
    return rule.gradient(values, z, doubles("project_tokens", left, outputs, right, inputs));
  }

  /** {@code u_i^T matrix v_i}, [r], of a matrix [m, n]. */
  double[] projected(NDArray matrix) {
    requireShape("matrix", matrix, new Shape(left.getShape().get(0), right.getShape().get(1)));
    return doubles("project", left, matrix, right);
  }

  private double[] doubles(String method, Object... arguments) {
    try (NDManager step = left.getManager().newSubManager()) {
      NDArray found = program.call(step, method, arguments).singletonOrThrow();
      return found.toType(DataType.FLOAT64, false).toDoubleArray();
    }
  }

  private NDArray typed(NDManager manager, double[] numbers) {
    try (NDArray array = manager.create(numbers)) {
      return array.toType(left.getDataType(), true);
    }
  }

  private static void requireShape(String what, NDArray found, Shape expected) {
    if (!found.getShape().equals(expected)) {
      throw new IllegalArgumentException(
          "%s: found shape %s, expected %s".formatted(what, found.getShape(), expected));
    }
  }
}
