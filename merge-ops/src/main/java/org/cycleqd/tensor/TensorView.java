package org.cycleqd.tensor;

import java.lang.foreign.MemorySegment;

/**
 * A tensor and its bytes, read-only.
 *
 * @param spec name, dtype and shape
 * @param data the elements, row-major and little-endian; usually a slice of a mapped file, and then
 *     only readable while that file is open
 */
public record TensorView(TensorSpec spec, MemorySegment data) implements TensorRows {

  /**
   * Checks the size and drops the right to write.
   *
   * @throws IllegalArgumentException if {@code data} is not exactly as long as {@code spec} says
   */
  public TensorView {
    if (data.byteSize() != spec.bytes()) {
      throw new IllegalArgumentException(
          "tensor %s: found %d bytes, expected %d for %s %s"
              .formatted(spec.name(), data.byteSize(), spec.bytes(), spec.dtype(), spec.shape()));
    }
    data = data.asReadOnly();
  }

  /**
   * Copies the elements to the heap as float32, exactly.
   *
   * @throws UnsupportedOperationException if the dtype is not F32, BF16 or F16, or there are more
   *     elements than an array can hold
   */
  public float[] toFloats() {
    if (spec.elements() > Integer.MAX_VALUE - 8) {
      throw new UnsupportedOperationException(
          "tensor %s: found %d elements, expected at most %d for an array"
              .formatted(spec.name(), spec.elements(), Integer.MAX_VALUE - 8));
    }
    float[] floats = new float[(int) spec.elements()];
    FloatConversion.requireWeight(spec);
    FloatConversion.widen(spec.dtype(), data, 0, floats, 0, floats.length);
    return floats;
  }

  /**
   * One element as float32.
   *
   * @param index row-major
   * @throws UnsupportedOperationException if the dtype is not F32, BF16 or F16
   */
  public float element(long index) {
    FloatConversion.requireWeight(spec);
    float[] element = new float[1];
    FloatConversion.widen(
        spec.dtype(), data, index * spec.dtype().bits() / Byte.SIZE, element, 0, 1);
    return element[0];
  }

  @Override
  public void read(long firstRow, int rows, float[] target) {
    long columns = spec.columns();
    int count = Math.toIntExact(rows * columns);
    long offset = firstRow * columns * spec.dtype().bits() / Byte.SIZE;
    FloatConversion.widen(spec.dtype(), data, offset, target, 0, count);
  }
}
