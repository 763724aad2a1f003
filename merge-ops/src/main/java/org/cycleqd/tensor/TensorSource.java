package org.cycleqd.tensor;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.Map;
import java.util.function.Function;

/** Supplies the bytes of tensors, one tensor at a time, to whoever writes a file. */
@FunctionalInterface
public interface TensorSource {

  /**
   * Writes all elements of a tensor, row-major and little-endian; returns when they are put.
   *
   * @param spec the tensor that is wanted
   * @param target takes {@code spec.bytes()} bytes in all
   * @throws IOException if the data cannot be had; the file being written is then abandoned
   */
  void write(TensorSpec spec, TensorTarget target) throws IOException;

  /**
   * Takes float32 values on the heap, and rounds them to the wanted dtype (F32, BF16 or F16), to
   * nearest, ties to even.
   *
   * @param values the elements of the tensor with the given name
   */
  static TensorSource ofFloats(Function<String, float[]> values) {
    return (spec, target) -> {
      float[] floats = values.apply(spec.name());
      if (floats.length != spec.elements()) {
        throw new IllegalArgumentException(
            "tensor %s: found %d elements, expected %d for shape %s"
                .formatted(spec.name(), floats.length, spec.elements(), spec.shape()));
      }
      int most = 1 << 16;
      int width = spec.dtype().bits() / Byte.SIZE;
      MemorySegment piece = MemorySegment.ofArray(new byte[most * width]);
      for (int start = 0; start < floats.length; start += most) {
        int count = Math.min(most, floats.length - start);
        FloatConversion.round(spec.dtype(), floats, start, piece, 0, count);
        target.put((long) start * width, piece.asSlice(0, (long) count * width));
      }
    };
  }

  /** Copies tensors bit for bit; dtype and shape must be those that are wanted. */
  static TensorSource ofViews(Map<String, TensorView> views) {
    return (spec, target) -> {
      TensorView view = views.get(spec.name());
      if (view == null || !view.spec().equals(spec)) {
        throw new IOException(
            "tensor %s: found %s, expected %s %s"
                .formatted(
                    spec.name(),
                    view == null ? "none" : view.spec().dtype() + " " + view.spec().shape(),
                    spec.dtype(),
                    spec.shape()));
      }
      target.put(0, view.data());
    };
  }
}
