package org.cycleqd.tensor;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.Map;
import java.util.function.Function;

/** Supplies the bytes of tensors, one tensor at a time, to whoever writes a file. */
@FunctionalInterface
public interface TensorSource {

  /**
   * Writes all elements of a tensor, row-major and little-endian.
   *
   * @param spec the tensor that is wanted
   * @param target exactly {@code spec.bytes()} bytes; elements that are not written read as NaN
   * @throws IOException if the data cannot be had; the file being written is then abandoned
   */
  void write(TensorSpec spec, MemorySegment target) throws IOException;

  /**
   * Takes float32 values on the heap, and rounds them to the wanted dtype (F32, BF16 or F16), to
   * nearest, ties to even.
   *
   * @param values the elements of the tensor with the given name
   */
  static TensorSource ofFloats(Function<String, float[]> values) {
    return (spec, target) ->
        FloatConversion.round(spec, MemorySegment.ofArray(values.apply(spec.name())), target);
  }

  /**
   * Takes float32 values in little-endian memory of any kind, and rounds them to the wanted dtype
   * (F32, BF16 or F16), to nearest, ties to even.
   *
   * @param values the elements of the tensor with the given name, four bytes each
   */
  static TensorSource ofFloatSegments(Function<String, MemorySegment> values) {
    return (spec, target) -> FloatConversion.round(spec, values.apply(spec.name()), target);
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
      target.copyFrom(view.data());
    };
  }
}
