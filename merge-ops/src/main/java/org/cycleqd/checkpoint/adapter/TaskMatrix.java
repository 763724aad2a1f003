package org.cycleqd.checkpoint.adapter;

import org.cycleqd.checkpoint.Checkpoint;
import org.cycleqd.checkpoint.CheckpointException;
import org.cycleqd.tensor.TensorSpec;

/** The difference of one tensor between an expert and its base, read by tiles of rows. */
final class TaskMatrix {

  /** Elements of a tile, or one row where that is longer. */
  private static final int TILE = 1 << 20;

  private final Checkpoint base;
  private final Checkpoint expert;
  private final TensorSpec spec;

  TaskMatrix(Checkpoint base, Checkpoint expert, TensorSpec spec) {
    this.base = base;
    this.expert = expert;
    this.spec = spec;
  }

  /** What is done with a tile. */
  @FunctionalInterface
  interface Work {

    /**
     * Takes a tile.
     *
     * @param first its first row
     * @param tile its elements, [rows, columns]
     */
    void take(int first, double[] tile);
  }

  String tensor() {
    return spec.name();
  }

  int rows() {
    return Math.toIntExact(spec.rows());
  }

  int columns() {
    return Math.toIntExact(spec.columns());
  }

  /** Squared Frobenius norm. */
  double energy() throws CheckpointException {
    double[] sum = new double[1];
    forEachTile((_, tile) -> {
      for (double value : tile) {
        sum[0] += value * value;
      }
    });
    return sum[0];
  }

  void forEachTile(Work work) throws CheckpointException {
    int most = Math.clamp(TILE / columns(), 1, rows());
    float[] origin = new float[most * columns()];
    float[] tuned = new float[most * columns()];
    for (int first = 0; first < rows(); first += most) {
      int count = Math.min(most, rows() - first) * columns();
      read(base, first, count, origin);
      read(expert, first, count, tuned);
      double[] tile = new double[count];
      for (int i = 0; i < count; i++) {
        tile[i] = (double) tuned[i] - origin[i];
      }
      work.take(first, tile);
    }
  }

  private void read(Checkpoint model, int first, int count, float[] target)
      throws CheckpointException {
    model.tensor(spec.name()).read(first, count / columns(), target);
    for (int i = 0; i < count; i++) {
      if (!Float.isFinite(target[i])) {
        throw new CheckpointException(
            model.folder(),
            "tensor " + spec.name(),
            "%s at element %d".formatted(target[i], (long) first * columns() + i),
            "finite weights");
      }
    }
  }
}
