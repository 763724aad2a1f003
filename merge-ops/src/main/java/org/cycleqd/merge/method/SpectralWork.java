package org.cycleqd.merge.method;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.cycleqd.merge.kernel.MergeKernel;
import org.cycleqd.merge.stream.Source;
import org.cycleqd.merge.stream.TensorTask;
import org.cycleqd.torch.TorchProgram;

/** One matrix of a merge inside libtorch: its task vectors, and what is made of them. */
final class SpectralWork implements AutoCloseable {

  /** The largest shorter side of a matrix that is decomposed in float64. */
  private static final int EXACT = 1024;

  /** Elements that are read at a time where rows allow it. */
  private static final int BLOCK = 1 << 16;

  private static final double ULP_64 = 0x1.0p-52;
  private static final double ULP_32 = 0x1.0p-23;

  private final MergeKernel kernel;
  private final TensorTask task;
  private final Shape shape;
  private final TorchProgram program = TorchProgram.load(SpectralProgram.TEXT);
  private final NDManager manager = NDManager.newBaseManager("PyTorch");

  SpectralWork(MergeKernel kernel, TensorTask task) {
    this.kernel = kernel;
    this.task = task;
    this.shape = new Shape(task.output().rows(), task.output().columns());
  }

  /** Singular factors U [m, k], S [k] and V^T [k, n]. */
  record Factors(NDArray left, NDArray values, NDArray right) {

    private static Factors of(NDList factors) {
      return new Factors(factors.get(0), factors.get(1), factors.get(2));
    }
  }

  TensorTask task() {
    return task;
  }

  /** Shorter side of the matrix: how many singular values it has. */
  int length() {
    return length(task);
  }

  private static int length(TensorTask task) {
    return (int) Math.min(task.output().rows(), task.output().columns());
  }

  private static DataType type(TensorTask task) {
    return length(task) <= EXACT ? DataType.FLOAT64 : DataType.FLOAT32;
  }

  /** The share of the largest singular value that is rounding error; also used by NumPy. */
  private double tolerance() {
    double ulp = type(task) == DataType.FLOAT64 ? ULP_64 : ULP_32;
    return ulp * Math.max(shape.get(0), shape.get(1));
  }

  /**
   * A model's weighted task vector [m, n].
   *
   * @throws NotFiniteException if an element is not finite
   */
  NDArray taskVector(int source) throws NotFiniteException {
    NDArray sum = manager.zeros(shape, type(task));
    add(source, sum);
    return sum;
  }

  /**
   * The sum of all weighted task vectors [m, n].
   *
   * @throws NotFiniteException if an element is not finite
   */
  NDArray sum() throws NotFiniteException {
    NDArray sum = manager.zeros(shape, type(task));
    for (int source = 0; source < task.sources().size(); source++) {
      add(source, sum);
    }
    return sum;
  }

  private void add(int source, NDArray sum) throws NotFiniteException {
    Source of = task.sources().get(source);
    try (NDManager step = manager.newSubManager()) {
      NDArray delta = step.create(delta(of), shape);
      program.call(step, "add", sum, delta, of.parameters().number("weight"));
    }
  }

  private float[] delta(Source source) throws NotFiniteException {
    int columns = (int) task.output().columns();
    int step = Math.max(1, BLOCK / columns);
    float[] delta = new float[(int) task.output().elements()];
    float[] model = new float[step * columns];
    float[] base = new float[step * columns];
    for (int row = 0; row < task.output().rows(); row += step) {
      int rows = (int) Math.min(step, task.output().rows() - row);
      int count = rows * columns;
      source.rows().read(row, rows, model);
      task.base().orElseThrow().read(row, rows, base);
      kernel.subtract(model, base, count);
      if (kernel.firstBeyond(model, Float.MAX_VALUE, count) >= 0) {
        throw new NotFiniteException();
      }
      System.arraycopy(model, 0, delta, row * columns, count);
    }
    return delta;
  }

  /** The first singular factors of a matrix, which is closed. */
  Factors leading(NDArray matrix, int count) {
    try (matrix) {
      return Factors.of(program.call(manager, "leading", matrix, count, tolerance()));
    }
  }

  /** What a matrix, which is closed, has outside the span of the factors' left vectors. */
  NDArray beyond(NDArray matrix, Factors factors) {
    try (matrix) {
      return program.call(manager, "beyond", matrix, factors.left()).singletonOrThrow();
    }
  }

  /** {@code lambda} times a matrix, which is closed, with equal singular values. */
  float[] isotropic(NDArray matrix) {
    try (matrix) {
      return program
          .call(manager, "isotropic", matrix, tolerance(), lambda())
          .singletonOrThrow()
          .toFloatArray();
    }
  }

  /** {@code lambda U' diag(S) V'^T} of all factors side by side, made orthogonal. */
  float[] compose(List<Factors> factors, boolean level) {
    List<NDArray> left = new ArrayList<>();
    List<NDArray> values = new ArrayList<>();
    List<NDArray> right = new ArrayList<>();
    for (Factors of : factors) {
      left.add(of.left());
      values.add(of.values());
      right.add(of.right());
    }
    return program
        .call(
            manager,
            "compose",
            new NDList(left),
            new NDList(values),
            new NDList(right),
            tolerance(),
            level,
            lambda())
        .singletonOrThrow()
        .toFloatArray();
  }

  private double lambda() {
    return task.parameters().number("lambda");
  }

  /**
   * An upper estimate of the bytes that one matrix takes.
   *
   * <p>Float32 copies of a task vector and of the result; the factors of all models, alone and
   * joined, at most {@code min(m, n)} pairs of vectors; the decomposition of one matrix with the
   * driver's workspace.
   */
  static long bytes(TensorTask task) {
    long elements = task.output().elements();
    long length = length(task);
    long pairs = length * (task.output().rows() + task.output().columns());
    long largest = length * Math.max(task.output().rows(), task.output().columns());
    long working = 4 * pairs + 4 * largest + 8 * length * length + 2 * elements;
    return working * type(task).getNumOfBytes() + 3 * elements * Float.BYTES;
  }

  /** Why a matrix cannot be handed to a decomposition. */
  static final class NotFiniteException extends IOException {

    private static final long serialVersionUID = 1L;

    private NotFiniteException() {
      super("a task vector has an element that is not finite");
    }
  }

  @Override
  public void close() {
    manager.close();
    program.close();
  }
}
