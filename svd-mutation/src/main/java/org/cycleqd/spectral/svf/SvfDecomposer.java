package org.cycleqd.spectral.svf;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import org.cycleqd.torch.TorchProgram;

/** Decomposes matrices for SVF. Safe for use from several threads. */
public final class SvfDecomposer implements AutoCloseable {

  private static final int FLOAT64 = 7;
  private static final int FLOAT32 = 6;

  private final TorchProgram program = TorchProgram.load(SvfProgram.TEXT);

  /**
   * The singular value decomposition of a matrix, taken in float64.
   *
   * @param manager owner of the factors
   * @param matrix [m, n] of finite float32 or float64 numbers; the factors get its type
   */
  public SvfMatrix decompose(NDManager manager, NDArray matrix) {
    if (matrix.getShape().dimension() != 2) {
      throw new IllegalArgumentException(
          "matrix: found shape %s, expected two extents".formatted(matrix.getShape()));
    }
    int type = matrix.getDataType() == DataType.FLOAT64 ? FLOAT64 : FLOAT32;
    NDList factors = program.call(manager, "decompose", matrix, type);
    try (NDArray values = factors.get(1)) {
      return new SvfMatrix(program, factors.get(0), values.toDoubleArray(), factors.get(2));
    }
  }

  @Override
  public void close() {
    program.close();
  }
}
