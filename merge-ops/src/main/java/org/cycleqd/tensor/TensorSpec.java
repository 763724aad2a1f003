package org.cycleqd.tensor;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * What a tensor is, without its data.
 *
 * @param name the tensor's name in its file
 * @param dtype element type
 * @param shape extents in elements, outermost first; empty for a scalar, a zero makes an empty
 *     tensor
 */
public record TensorSpec(String name, DType dtype, List<Long> shape) {

  /**
   * Checks the name, the extents and that the size can be counted.
   *
   * @throws IllegalArgumentException if the name is not valid Unicode, an extent is negative, the
   *     number of elements or bits exceeds 2^63-1, or the bits do not fill whole bytes
   */
  public TensorSpec {
    shape = List.copyOf(shape);
    if (!name.equals(new String(name.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8))) {
      throw new IllegalArgumentException(
          "tensor %s: found an unpaired surrogate in the name, expected valid Unicode"
              .formatted(name));
    }
    if (shape.stream().anyMatch(extent -> extent < 0)) {
      throw new IllegalArgumentException(
          "tensor %s: found shape %s, expected extents of 0 or more".formatted(name, shape));
    }
    long bits;
    try {
      bits = Math.multiplyExact(product(shape), (long) dtype.bits());
    } catch (ArithmeticException e) {
      throw new IllegalArgumentException(
          "tensor %s: found shape %s of %s, expected a size below 2^63 bits"
              .formatted(name, shape, dtype),
          e);
    }
    if (bits % 8 != 0) {
      throw new IllegalArgumentException(
          "tensor %s: found shape %s of %s, %d bits, expected whole bytes"
              .formatted(name, shape, dtype, bits));
    }
  }

  /** A tensor with the given extents. */
  public static TensorSpec of(String name, DType dtype, long... shape) {
    return new TensorSpec(name, dtype, Arrays.stream(shape).boxed().toList());
  }

  /** Number of elements; 1 for a scalar. */
  public long elements() {
    return product(shape);
  }

  /** Size of the data in bytes. */
  public long bytes() {
    return elements() * dtype.bits() / 8;
  }

  /** Length of a row: the innermost extent, 1 for a scalar. */
  public long columns() {
    return shape.isEmpty() ? 1 : shape.getLast();
  }

  /** Number of rows of {@link #columns}; 1 for a scalar or a vector. */
  public long rows() {
    return shape.isEmpty() ? 1 : product(shape.subList(0, shape.size() - 1));
  }

  /** The same tensor with elements of another type. */
  public TensorSpec withDType(DType other) {
    return new TensorSpec(name, other, shape);
  }

  private static long product(List<Long> shape) {
    long product = 1;
    for (long extent : shape) {
      product = Math.multiplyExact(product, extent);
    }
    return product;
  }
}
