package org.cycleqd.merge.method;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A singular value decomposition by one-sided Jacobi rotations in plain loops, to compare with.
 *
 * @param u left vectors [m][r]
 * @param s values [r], descending
 * @param v right vectors [n][r]
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Jacobi(double[][] u, double[] s, double[][] v) {

  private static final int SWEEPS = 60;

  /** Decomposes a matrix [m][n]. */
  static Jacobi of(double[][] matrix) {
    if (matrix.length < matrix[0].length) {
      Jacobi transposed = of(transpose(matrix));
      return new Jacobi(transposed.v, transposed.s, transposed.u);
    }
    double[][] a = transpose(matrix); // by columns
    int n = a.length;
    double[][] v = new double[n][n];
    for (int i = 0; i < n; i++) {
      v[i][i] = 1;
    }
    for (int sweep = 0; sweep < SWEEPS; sweep++) {
      for (int p = 0; p < n; p++) {
        for (int q = p + 1; q < n; q++) {
          double product = dot(a[p], a[q]);
          if (Math.abs(product) > 1e-300) {
            double zeta = (dot(a[q], a[q]) - dot(a[p], a[p])) / (2 * product);
            double tangent = Math.copySign(1, zeta) / (Math.abs(zeta) + Math.hypot(1, zeta));
            double cosine = 1 / Math.hypot(1, tangent);
            rotate(a[p], a[q], cosine, cosine * tangent);
            rotate(v[p], v[q], cosine, cosine * tangent);
          }
        }
      }
    }
    double[] lengths = Arrays.stream(a).mapToDouble(c -> Math.sqrt(dot(c, c))).toArray();
    List<Integer> order =
        IntStream.range(0, n).boxed().sorted(Comparator.comparingDouble(i -> -lengths[i])).toList();
    double[][] u = new double[n][];
    double[][] sorted = new double[n][];
    double[] s = new double[n];
    for (int i = 0; i < n; i++) {
      double length = lengths[order.get(i)];
      s[i] = length;
      u[i] = Arrays.stream(a[order.get(i)]).map(x -> length == 0 ? 0 : x / length).toArray();
      sorted[i] = v[order.get(i)];
    }
    return new Jacobi(transpose(u), s, transpose(sorted));
  }

  /** U diag(s) V^T. */
  double[][] product(double[] values) {
    double[][] product = new double[u.length][v.length];
    for (int i = 0; i < u.length; i++) {
      for (int j = 0; j < v.length; j++) {
        for (int k = 0; k < values.length; k++) {
          product[i][j] += u[i][k] * values[k] * v[j][k];
        }
      }
    }
    return product;
  }

  /** The nearest matrix with orthonormal columns or rows. */
  static double[][] polar(double[][] matrix) {
    Jacobi of = of(matrix);
    double[] ones = new double[of.s.length];
    Arrays.fill(ones, 1);
    return of.product(ones);
  }

  /** Joins the first {@code k} columns to those that there are. */
  static double[][] join(double[][] columns, double[][] more, int k) {
    double[][] joined = new double[more.length][];
    for (int i = 0; i < more.length; i++) {
      double[] old = columns.length == 0 ? new double[0] : columns[i];
      joined[i] = Arrays.copyOf(old, old.length + k);
      System.arraycopy(more[i], 0, joined[i], old.length, k);
    }
    return joined;
  }

  static double[][] transpose(double[][] matrix) {
    double[][] transposed = new double[matrix[0].length][matrix.length];
    for (int i = 0; i < matrix.length; i++) {
      for (int j = 0; j < matrix[0].length; j++) {
        transposed[j][i] = matrix[i][j];
      }
    }
    return transposed;
  }

  static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  private static void rotate(double[] a, double[] b, double cosine, double sine) {
    for (int i = 0; i < a.length; i++) {
      double x = a[i];
      a[i] = cosine * x - sine * b[i];
      b[i] = sine * x + cosine * b[i];
    }
  }
}
