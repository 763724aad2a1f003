package org.cycleqd.tensor;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/** Elementwise conversion between float32 and the weight dtypes in little-endian memory. */
final class FloatConversion {

  // Data in a safetensors file need not be aligned to its element width.
  private static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfFloat FLOAT =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private FloatConversion() {}

  /** Widens all of {@code source} into {@code target}, four bytes for each element. */
  static void widen(TensorSpec spec, MemorySegment source, MemorySegment target) {
    requireWeight(spec);
    requireSize(spec, target, spec.elements() * Float.BYTES);
    if (spec.dtype() == DType.F32) {
      MemorySegment.copy(source, 0, target, 0, spec.bytes());
      return;
    }
    boolean brain = spec.dtype() == DType.BF16;
    long elements = spec.elements();
    for (long i = 0; i < elements; i++) {
      short bits = source.get(SHORT, i * Short.BYTES);
      target.set(
          FLOAT, i * Float.BYTES, brain ? BFloat16.toFloat(bits) : Float.float16ToFloat(bits));
    }
  }

  /**
   * Rounds float32 values in {@code source} to the dtype of {@code spec}, nearest, ties to even.
   */
  static void round(TensorSpec spec, MemorySegment source, MemorySegment target) {
    requireWeight(spec);
    requireSize(spec, source, spec.elements() * Float.BYTES);
    requireSize(spec, target, spec.bytes());
    if (spec.dtype() == DType.F32) {
      MemorySegment.copy(source, 0, target, 0, spec.bytes());
      return;
    }
    boolean brain = spec.dtype() == DType.BF16;
    long elements = spec.elements();
    for (long i = 0; i < elements; i++) {
      float value = source.get(FLOAT, i * Float.BYTES);
      target.set(
          SHORT, i * Short.BYTES, brain ? BFloat16.fromFloat(value) : Float.floatToFloat16(value));
    }
  }

  private static void requireWeight(TensorSpec spec) {
    if (!spec.dtype().isWeight()) {
      throw new UnsupportedOperationException(
          "tensor %s: found dtype %s, expected F32, BF16 or F16 to convert from or to float32"
              .formatted(spec.name(), spec.dtype()));
    }
  }

  private static void requireSize(TensorSpec spec, MemorySegment segment, long expected) {
    if (segment.byteSize() != expected) {
      throw new IllegalArgumentException(
          "tensor %s: found %d bytes, expected %d for shape %s"
              .formatted(spec.name(), segment.byteSize(), expected, spec.shape()));
    }
  }
}
