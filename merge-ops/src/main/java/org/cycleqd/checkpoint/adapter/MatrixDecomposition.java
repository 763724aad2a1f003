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
 * <p>Source: Halko, Martinsson and Tropp, arXiv 0909.4061, algorithms 4.4 and 5.1.
 */
final class MatrixDecomposition {

  private static final int OVERSAMPLING = 16;

  /** Differences of fine-tunes have flat spectra, on which fewer iterations lose energy. */
  private static final int POWER_ITERATIONS = 3;

  private static final int FIRST_GUESS = 16;

  private final TorchProgram program;
  private final int exactUpTo;
  private final long seed;

  /**
   * Sets up decompositions.
   *
   * @param exactUpTo the largest shorter side of a matrix that is decomposed exactly
   * @param seed of the random directions, which the tensor's name goes into as well
   */
  MatrixDecomposition(TorchProgram program, int exactUpTo, long seed) {
    this.program = program;
    this.exactUpTo = exactUpTo;
    this.seed = seed;
  }

  /** Singular factors and how many of them a rule wants. */
  record Choice(SingularFactors factors, int rank) {}

  /**
   * Decomposes a matrix as far as a rule needs.
   *
   * @param energy the matrix's squared Frobenius norm, not 0
   */
  Choice decompose(TaskMatrix matrix, double energy, RankRule rule) throws CheckpointException {
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
      SingularFactors factors = exact ? whole(matrix) : leading(matrix, directions);
      int rank =
          switch (rule) {
            case RankRule.Fixed _ -> guess;
            case RankRule.Energy(double share) -> smallest(factors, share * energy, exact);
          };
      if (exact || rank <= guess) {
        return new Choice(factors, rank);
      }
      guess = Math.min(2 * guess, full);
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

  private SingularFactors leading(TaskMatrix matrix, int directions) throws CheckpointException {
    try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
      NDArray basis = basis(manager, times(manager, matrix, random(manager, matrix, directions)));
      for (int i = 0; i < POWER_ITERATIONS; i++) {
        NDArray turned = basis(manager, adjoint(manager, matrix, basis));
        basis = basis(manager, times(manager, matrix, turned));
      }
      NDArray projected = adjoint(manager, matrix, basis);
      return SingularFactors.of(program.call(manager, "lifted_svd", basis, projected));
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
}
