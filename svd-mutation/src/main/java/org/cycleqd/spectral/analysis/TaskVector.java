package org.cycleqd.spectral.analysis;

import org.cycleqd.checkpoint.Checkpoint;
import org.cycleqd.checkpoint.CheckpointException;
import org.cycleqd.tensor.TensorSpec;

/**
 * One tensor's difference between an expert and its base, read by tiles of rows.
 *
 * @param base the base
 * @param expert a model that fits it
 * @param spec the tensor
 */
record TaskVector(Checkpoint base, Checkpoint expert, TensorSpec spec) {

  /** Elements of a tile, or one row where that is longer. */
  private static final int TILE = 1 << 20;

  /** What is done with a tile. */
  @FunctionalInterface
  interface Work {

    /**
     * Takes a tile.
     *
     * @param first number of its first element
     * @param tile the elements from its start
     * @param count how many
     */
    void take(long first, float[] tile, int count) throws CheckpointException;
  }

  int rows() {
    return Math.toIntExact(spec.rows());
  }

  int columns() {
    return Math.toIntExact(spec.columns());
  }

  void forEachTile(Work work) throws CheckpointException {
    int most = Math.clamp(TILE / columns(), 1, rows());
    float[] tile = new float[most * columns()];
    float[] origin = new float[most * columns()];
    for (int row = 0; row < rows(); row += most) {
      int count = Math.min(most, rows() - row);
      read(row, count, tile, origin);
      work.take((long) row * columns(), tile, count * columns());
    }
  }

  /** All elements, for matrices that are not tall. */
  float[] elements() throws CheckpointException {
    float[] elements = new float[Math.toIntExact(spec.elements())];
    forEachTile(
        (first, tile, count) -> System.arraycopy(tile, 0, elements, Math.toIntExact(first), count));
    return elements;
  }

  /** Rows of the difference. */
  void read(int row, int rows, float[] difference, float[] scratch) throws CheckpointException {
    int count = rows * columns();
    base.tensor(spec.name()).read(row, rows, scratch);
    requireFinite(base, row, scratch, count);
    expert.tensor(spec.name()).read(row, rows, difference);
    requireFinite(expert, row, difference, count);
    for (int i = 0; i < count; i++) {
      difference[i] -= scratch[i];
    }
  }

  private void requireFinite(Checkpoint model, int row, float[] values, int count)
      throws CheckpointException {
    for (int i = 0; i < count; i++) {
      if (!Float.isFinite(values[i])) {
        throw new CheckpointException(
            model.folder(),
            "tensor " + spec.name(),
            "%s at element %d".formatted(values[i], (long) row * columns() + i),
            "finite weights");
      }
    }
  }
}
