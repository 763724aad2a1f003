package org.cycleqd.checkpoint.adapter;

import org.cycleqd.tensor.TensorRows;
import org.cycleqd.tensor.TensorSpec;

/** A tensor on the heap; nobody else may write to the elements. */
final class FloatRows implements TensorRows {

  private final TensorSpec spec;
  private final float[] elements;

  FloatRows(TensorSpec spec, float[] elements) {
    if (elements.length != spec.elements()) {
      throw new IllegalArgumentException(
          "tensor %s: found %d elements, expected shape %s"
              .formatted(spec.name(), elements.length, spec.shape()));
    }
    this.spec = spec;
    this.elements = elements;
  }

  /** All elements of a tensor. */
  static float[] all(TensorRows rows) {
    float[] elements = new float[Math.toIntExact(rows.spec().elements())];
    rows.read(0, Math.toIntExact(rows.spec().rows()), elements);
    return elements;
  }

  /** The transpose of a matrix. */
  static FloatRows transposed(TensorSpec spec, TensorRows matrix) {
    float[] source = all(matrix);
    int columns = Math.toIntExact(matrix.spec().columns());
    int rows = Math.toIntExact(matrix.spec().rows());
    float[] target = new float[source.length];
    for (int row = 0; row < rows; row++) {
      for (int column = 0; column < columns; column++) {
        target[column * rows + row] = source[row * columns + column];
      }
    }
    return new FloatRows(spec, target);
  }

  @Override
  public TensorSpec spec() {
    return spec;
  }

  @Override
  public void read(long firstRow, int rows, float[] target) {
    int columns = Math.toIntExact(spec.columns());
    System.arraycopy(
        elements,
        Math.toIntExact(firstRow * columns),
        target,
        0,
        Math.multiplyExact(rows, columns));
  }
}
