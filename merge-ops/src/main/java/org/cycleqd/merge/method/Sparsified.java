package org.cycleqd.merge.method;

import java.io.IOException;
import java.util.Optional;
import org.cycleqd.merge.kernel.Election;
import org.cycleqd.merge.stream.FusedStep;
import org.cycleqd.merge.stream.TensorTask;
import org.cycleqd.merge.stream.TileStep;
import org.cycleqd.merge.stream.Tiles;

/** A decision which elements of one tensor's task vectors stay. */
interface Sparsified {

  /** Turns a tile's models into task vectors and sets what does not stay to zero, in place. */
  TileStep step();

  /**
   * The sum of what stays onto the base as a fused step, if there is one.
   *
   * @param weights factor of each model
   */
  default Optional<FusedStep> sum(float[] weights) {
    return Optional.empty();
  }

  /**
   * The election among what stays as a fused step, if there is one.
   *
   * @param tiled the same on tiles
   * @param factors what rescales each model's task vector
   */
  default Optional<FusedStep> elect(
      TileStep tiled, float[] factors, float[] weights, Election election) {
    return Optional.empty();
  }

  /**
   * For each model the sums of its task vector's magnitudes, of all and of what stays, if there is
   * a way to take both in one pass.
   *
   * @throws IOException if the thread was interrupted
   */
  default Optional<double[]> magnitudes(TensorTask task, Tiles tiles) throws IOException {
    return Optional.empty();
  }
}
