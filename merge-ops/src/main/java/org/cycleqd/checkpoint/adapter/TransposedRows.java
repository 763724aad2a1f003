package org.cycleqd.checkpoint.adapter;

import java.util.List;
import org.cycleqd.tensor.FloatConversion;
import org.cycleqd.tensor.TensorRows;
import org.cycleqd.tensor.TensorSpec;
import org.cycleqd.tensor.TensorView;

/** The transpose of a mapped matrix of few rows; reads only the columns that are asked for. */
final class TransposedRows implements TensorRows {

  private final TensorView matrix;
  private final TensorSpec spec;

  TransposedRows(TensorView matrix) {
    this.matrix = matrix;
    TensorSpec own = matrix.spec();
    this.spec = new TensorSpec(own.name(), own.dtype(), List.of(own.columns(), own.rows()));
  }

  @Override
  public TensorSpec spec() {
    return spec;
  }

  @Override
  public void read(long firstRow, int rows, float[] target) {
    TensorSpec own = matrix.spec();
    int width = Math.toIntExact(own.rows());
    long bytes = own.dtype().bits() / Byte.SIZE;
    float[] run = new float[rows];
    for (int k = 0; k < width; k++) {
      long offset = (k * own.columns() + firstRow) * bytes;
      FloatConversion.widen(own.dtype(), matrix.data(), offset, run, 0, rows);
      for (int i = 0; i < rows; i++) {
        target[i * width + k] = run[i];
      }
    }
  }
}
