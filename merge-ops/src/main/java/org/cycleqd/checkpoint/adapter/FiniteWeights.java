package org.cycleqd.checkpoint.adapter;

import java.nio.file.Path;
import org.cycleqd.checkpoint.CheckpointException;
import org.cycleqd.tensor.FloatConversion;
import org.cycleqd.tensor.TensorView;

/** Refuses tensors that are no weights, or hold infinities or NaN. */
final class FiniteWeights {

  private static final int PIECE = 1 << 14;

  private FiniteWeights() {}

  static void require(Path file, TensorView view) throws CheckpointException {
    String subject = "tensor " + view.spec().name();
    if (!view.spec().dtype().isWeight()) {
      throw new CheckpointException(
          file, subject, "dtype " + view.spec().dtype(), "F32, BF16 or F16");
    }
    if (view.spec().elements() == 0) {
      throw new CheckpointException(
          file, subject, "shape " + view.spec().shape(), "at least one element");
    }
    float[] piece = new float[PIECE];
    long width = view.spec().dtype().bits() / Byte.SIZE;
    for (long start = 0; start < view.spec().elements(); start += PIECE) {
      int count = (int) Math.min(PIECE, view.spec().elements() - start);
      FloatConversion.widen(view.spec().dtype(), view.data(), start * width, piece, 0, count);
      for (int i = 0; i < count; i++) {
        if (!Float.isFinite(piece[i])) {
          throw new CheckpointException(
              file, subject, "%s at element %d".formatted(piece[i], start + i), "finite weights");
        }
      }
    }
  }
}
