package org.cycleqd.checkpoint.adapter;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import org.cycleqd.checkpoint.CheckpointException;
import org.cycleqd.random.Draws;
import org.cycleqd.tensor.TensorRows;
import org.cycleqd.torch.TorchProgram;

/**
 * The leading singular factors of a difference: exact for small matrices, by a randomised range
 * finder for large ones, which then is only read by tiles.
 *
 * <p>Source: Halko, Martinsson and Tropp, arXiv 0909.4061, algorithms 4.4 and 5.1. Safe for use
 * from several threads.
 */
public final class MatrixDecomposition implements AutoCloseable {

  private static final int OVERSAMPLING = 16;

  /** Differences of fine-tunes have flat spectra, on which fewer iterations lose energy. */
  private static final int POWER_ITERATIONS = 3;

  /** As many power iterations cost about as much as the whole decomposition of a square matrix. */
  private static final int MOST_ITERATIONS = 15;

  private static final int FIRST_GUESS = 16;

  /** Of a matrix that is decomposed as a whole. */
  private static final long MOST_ELEMENTS = 1L << 28;

  private final TorchProgram program;
  private final int exactUpTo;
  private final long seed;

  /**
   * Sets up decompositions.
   *
   * @param exactUpTo the largest shorter side of a matrix that is decomposed exactly
   * @param seed of the random directions, which the tensor's name goes into as well
   */
  public MatrixDecomposition(int exactUpTo, long seed) {
    this.program = TorchProgram.load(FactorProgram.TEXT);
    this.exactUpTo = exactUpTo;
    this.seed = seed;
  }

  /**
   * Singular factors and how many of them a rule wants.
   *
   * @param error for each of the wanted pairs {@code |A v - s u|} is at most this, and {@code A^T u
   *     = s v}, so each value is that close to a singular value of the matrix A (Weyl; Parlett, The
   *     Symmetric Eigenvalue Problem, 4.5); 0 for exact factors
   */
  public record Choice(SingularFactors factors, int rank, double error) {}

  /**
   * Decomposes a matrix as far as a rule needs. The error of randomised factors is measured
   * afterwards; where it is above the tolerance more power iterations follow, and in the end the
   * whole decomposition.
   *
   * @param energy the matrix's squared Frobenius norm, not 0
   * @param tolerance largest error in units of the largest value; infinite if any will do
   * @throws CheckpointException if a weight is not finite, or the error is above the tolerance and
   *     the matrix too large for a whole decomposition
   */
  public Choice decompose(TaskMatrix matrix, double energy, RankRule rule, double tolerance)
      throws CheckpointException {
    int full = Math.min(matrix.rows(), matrix.columns());
    int guess =
        switch (rule) {
          case RankRule.Fixed(int rank) -> Math.min(rank, full);
          case RankRule.Energy _ -> Math.min(FIRST_GUESS, full);
        };
    while (true) {
      // Beyond half of the full rank the whole decomposition costs no more.
      int directions = 2 * guess + OVERSAMPLING;
      boolean exact = full <= exactUpTo || directions > full / 2;
      Choice found =
          exact
              ? choice(whole(matrix), energy, rule, guess)
              : leading(matrix, directions, tolerance, energy, rule, guess);
      if (found.error() == 0 || found.rank() <= guess) {
        return found;
      }
      guess = Math.min(2 * guess, full);
    }
  }

  private static Choice choice(SingularFactors factors, double energy, RankRule rule, int guess) {
    return new Choice(
        factors,
        switch (rule) {
          case RankRule.Fixed _ -> guess;
          case RankRule.Energy(double share) -> smallest(factors, share * energy, true);
        },
        0);
  }

  /** The singular factors of the product s B A, in the order of their values. */
  public SingularFactors product(LowRankFactors factors) {
    int rank = factors.rank();
    float[] b = FloatRows.all(factors.b());
    float[] a = FloatRows.all(factors.a());
    double[] left = new double[b.length];
    double[] right = new double[a.length];
    for (int i = 0; i < b.length; i++) {
      left[i] = factors.scale() * b[i];
    }
    for (int i = 0; i < a.length; i++) {
      right[i] = a[i];
    }
    try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
      return SingularFactors.of(
          program.call(
              manager,
              "product_svd",
              manager.create(left, new Shape(factors.outputs(), rank)),
              manager.create(right, new Shape(rank, factors.inputs()))));
    }
  }

  /** The fewest leading values with at least this energy; one more than there are if none do. */
  private static int smallest(SingularFactors factors, double wanted, boolean exact) {
    double kept = 0;
    for (int i = 0; i < factors.length(); i++) {
      kept += factors.values()[i] * factors.values()[i];
      if (kept >= wanted) {
        return i + 1;
      }
    }
    return exact ? factors.length() : factors.length() + 1;
  }

  private SingularFactors whole(TaskMatrix matrix) throws CheckpointException {
    int columns = matrix.columns();
    double[] elements = new double[Math.multiplyExact(matrix.rows(), columns)];
    matrix.forEachTile(
        (first, tile) -> System.arraycopy(tile, 0, elements, first * columns, tile.length));
    try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
      NDArray array = manager.create(elements, new Shape(matrix.rows(), columns));
      return SingularFactors.of(program.call(manager, "svd", array));
    }
  }

  /** The wanted part of the factors in so many directions; a rank above the guess if too few. */
  private Choice leading(
      TaskMatrix matrix, int directions, double tolerance, double energy, RankRule rule, int guess)
      throws CheckpointException {
    double error = Double.NaN;
    try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
      NDArray basis = basis(manager, times(manager, matrix, random(manager, matrix, directions)));
      for (int i = 1; i <= MOST_ITERATIONS; i++) {
        NDArray turned = basis(manager, adjoint(manager, matrix, basis));
        basis.close();
        basis = basis(manager, times(manager, matrix, turned));
        if (i % POWER_ITERATIONS == 0) {
          NDArray projected = adjoint(manager, matrix, basis);
          NDList lifted = program.call(manager, "lifted_svd", basis, projected);
          SingularFactors factors = SingularFactors.of(lifted);
          int rank =
              switch (rule) {
                case RankRule.Fixed _ -> guess;
                case RankRule.Energy(double share) -> smallest(factors, share * energy, false);
              };
          if (rank > guess || tolerance == Double.POSITIVE_INFINITY) {
            return new Choice(factors, rank, tolerance);
          }
          error = pairError(manager, matrix, lifted, rank);
          if (error <= tolerance * factors.values()[0]) {
            return new Choice(factors, rank, error);
          }
        }
      }
    }
    if ((long) matrix.rows() * matrix.columns() > MOST_ELEMENTS) {
      throw matrix.refusal(
          "singular values known to %.2g only".formatted(error),
          "them within %.2g of the largest; the matrix is too large to be decomposed as a whole"
              .formatted(tolerance));
    }
    return choice(whole(matrix), energy, rule, guess);
  }

  private double pairError(NDManager manager, TaskMatrix matrix, NDList factors, int rank)
      throws CheckpointException {
    try (NDManager step = manager.newSubManager()) {
      NDList cut =
          program.call(step, "leading", factors.get(0), factors.get(1), factors.get(2), rank);
      NDArray product = times(step, matrix, cut.get(2));
      return program
          .call(step, "pair_error", product, cut.get(0), cut.get(1))
          .singletonOrThrow()
          .getDouble();
    }
  }

  private NDArray random(NDManager manager, TaskMatrix matrix, int directions) {
    Draws draws = Draws.at(seed, "range-finder", matrix.tensor());
    int columns = matrix.columns();
    double[] elements = new double[Math.multiplyExact(columns, directions)];
    for (int column = 0; column < columns; column++) {
      for (int i = 0; i < directions; i++) {
        elements[column * directions + i] = draws.gaussian((long) i * columns + column);
      }
    }
    return manager.create(elements, new Shape(columns, directions));
  }

  private NDArray basis(NDManager manager, NDArray matrix) {
    NDArray basis = program.call(manager, "basis", matrix).singletonOrThrow();
    matrix.close();
    return basis;
  }

  private NDArray times(NDManager manager, TaskMatrix matrix, NDArray right)
      throws CheckpointException {
    Shape shape = new Shape(matrix.rows(), right.getShape().get(1));
    NDArray out = manager.zeros(shape, DataType.FLOAT64);
    byTiles(manager, matrix, "times", out, right);
    right.close();
    return out;
  }

  private NDArray adjoint(NDManager manager, TaskMatrix matrix, NDArray left)
      throws CheckpointException {
    Shape shape = new Shape(matrix.columns(), left.getShape().get(1));
    NDArray sum = manager.zeros(shape, DataType.FLOAT64);
    byTiles(manager, matrix, "adjoint", sum, left);
    return sum;
  }

  private void byTiles(
      NDManager manager, TaskMatrix matrix, String method, NDArray result, NDArray factor)
      throws CheckpointException {
    int columns = matrix.columns();
    matrix.forEachTile((first, elements) -> {
      try (NDManager step = manager.newSubManager()) {
        NDArray tile = step.create(elements, new Shape(elements.length / columns, columns));
        program.call(step, method, result, tile, factor, first);
      }
    });
  }

  /** Squared Frobenius norm of what factors leave of a matrix, summed entry by entry. */
  double residual(TaskMatrix matrix, LowRankFactors factors) throws CheckpointException {
    int columns = matrix.columns();
    double[] sum = new double[1];
    try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
      NDArray left = doubles(manager, factors.b(), matrix.rows(), factors.rank());
      NDArray right = doubles(manager, factors.a(), factors.rank(), columns);
      matrix.forEachTile((first, elements) -> {
        try (NDManager step = manager.newSubManager()) {
          NDArray tile = step.create(elements, new Shape(elements.length / columns, columns));
          NDList squares = program.call(step, "residual", tile, left, right, first);
          sum[0] += squares.singletonOrThrow().getDouble();
        }
      });
    }
    return sum[0];
  }

  private static NDArray doubles(NDManager manager, TensorRows rows, int height, int width) {
    float[] floats = FloatRows.all(rows);
    double[] elements = new double[floats.length];
    for (int i = 0; i < elements.length; i++) {
      elements[i] = floats[i];
    }
    return manager.create(elements, new Shape(height, width));
  }

  @Override
  public void close() {
    program.close();
  }
}
