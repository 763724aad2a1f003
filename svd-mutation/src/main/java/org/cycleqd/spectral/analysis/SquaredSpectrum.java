package org.cycleqd.spectral.analysis;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import org.cycleqd.checkpoint.CheckpointException;
import org.cycleqd.checkpoint.adapter.TaskMatrix;
import org.cycleqd.torch.TorchProgram;

/**
 * The squared singular values of a task vector's matrix, as eigenvalues of its smaller Gram matrix
 * in float64. A tall matrix is only read by tiles of rows; values below 1e-8 of the largest are
 * noise, which does not matter to energies and cosines.
 */
final class SquaredSpectrum {

  private static final int COLUMNS = 1 << 12;

  private final TorchProgram program;

  SquaredSpectrum(TorchProgram program) {
    this.program = program;
  }

  /** S squared, descending, none negative. */
  double[] of(TaskMatrix vector) throws CheckpointException {
    int rows = vector.rows();
    int columns = vector.columns();
    int side = Math.min(rows, columns);
    try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
      NDArray sum = manager.zeros(new Shape(side, side), DataType.FLOAT64);
      if (rows >= columns) {
        vector.forEachTile((_, tile) -> {
          try (NDManager step = manager.newSubManager()) {
            NDArray part = step.create(tile, new Shape(tile.length / columns, columns));
            program.call(step, "add_rows", sum, part);
          }
        });
      } else {
        float[] elements = new float[rows * columns];
        vector.forEachTile((first, tile) -> {
          for (int i = 0; i < tile.length; i++) {
            elements[first * columns + i] = (float) tile[i];
          }
        });
        NDArray matrix = manager.create(elements, new Shape(rows, columns));
        for (int first = 0; first < columns; first += COLUMNS) {
          try (NDManager step = manager.newSubManager()) {
            int last = Math.min(first + COLUMNS, columns);
            program.call(step, "add_columns", sum, matrix, first, last);
          }
        }
      }
      double[] ascending =
          program.call(manager, "eigenvalues", sum).singletonOrThrow().toDoubleArray();
      double[] squares = new double[side];
      for (int i = 0; i < side; i++) {
        squares[i] = Math.max(0, ascending[side - 1 - i]);
      }
      return squares;
    }
  }
}
