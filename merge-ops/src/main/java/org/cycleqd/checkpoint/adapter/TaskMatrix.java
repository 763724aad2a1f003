package org.cycleqd.checkpoint.adapter;

import java.nio.file.Path;
import org.cycleqd.checkpoint.Checkpoint;
import org.cycleqd.checkpoint.CheckpointException;
import org.cycleqd.tensor.TensorRows;
import org.cycleqd.tensor.TensorSpec;

/** The difference of one tensor between an expert and its base, read by tiles of rows. */
public final class TaskMatrix {

  /** Elements of a tile, or one row where that is longer. */
  private static final int TILE = 1 << 20;

  private final Path baseFolder;
  private final TensorRows base;
  private final Path expertFolder;
  private final TensorRows expert;
  private final TensorSpec spec;

  /**
   * The matrix {@code expert - base}.
   *
   * @param base the base model, which has the tensor
   * @param expertFolder where the expert is, for messages
   * @param expert the tensor of the expert, of the base's shape
   */
  public TaskMatrix(Checkpoint base, Path expertFolder, TensorRows expert) {
    this.baseFolder = base.folder();
    this.base = base.tensor(expert.spec().name());
    this.expertFolder = expertFolder;
    this.expert = expert;
    this.spec = this.base.spec();
  }

  /** What is done with a tile. */
  @FunctionalInterface
  public interface Work {

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

  /** m. */
  public int rows() {
    return Math.toIntExact(spec.rows());
  }

  /** n. */
  public int columns() {
    return Math.toIntExact(spec.columns());
  }

  /**
   * Squared Frobenius norm.
   *
   * @throws CheckpointException if a weight is not finite
   */
  public double energy() throws CheckpointException {
    double[] sum = new double[1];
    forEachTile((_, tile) -> {
      for (double value : tile) {
        sum[0] += value * value;
      }
    });
    return sum[0];
  }

  /**
   * Does the work on every tile, in the order of the rows.
   *
   * @throws CheckpointException if a weight is not finite
   */
  public void forEachTile(Work work) throws CheckpointException {
    int most = Math.clamp(TILE / columns(), 1, rows());
    for (int first = 0; first < rows(); first += most) {
      work.take(first, tile(first, Math.min(most, rows() - first)));
    }
  }

  /**
   * Some rows.
   *
   * @return [rows, n]
   * @throws CheckpointException if a weight is not finite
   */
  public double[] tile(int first, int rows) throws CheckpointException {
    int count = rows * columns();
    float[] origin = new float[count];
    float[] tuned = new float[count];
    read(baseFolder, base, first, count, origin);
    read(expertFolder, expert, first, count, tuned);
    double[] tile = new double[count];
    for (int i = 0; i < count; i++) {
      tile[i] = (double) tuned[i] - origin[i];
    }
    return tile;
  }

  /** Says what is wrong with the matrix as a whole. */
  CheckpointException refusal(String found, String expected) {
    return new CheckpointException(expertFolder, "tensor " + tensor(), found, expected);
  }

  private void read(Path folder, TensorRows model, int first, int count, float[] target)
      throws CheckpointException {
    model.read(first, count / columns(), target);
    for (int i = 0; i < count; i++) {
      if (!Float.isFinite(target[i])) {
        throw new CheckpointException(
            folder,
            "tensor " + spec.name(),
            "%s at element %d".formatted(target[i], (long) first * columns() + i),
            "finite weights");
      }
    }
  }
}
