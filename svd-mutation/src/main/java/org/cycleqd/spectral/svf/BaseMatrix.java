package org.cycleqd.spectral.svf;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import org.cycleqd.checkpoint.Checkpoint;
import org.cycleqd.checkpoint.CheckpointException;

/** Reads a matrix of a model into libtorch's memory. */
final class BaseMatrix {

  private BaseMatrix() {}

  /** A matrix as float32, [m, n]. */
  static NDArray read(NDManager manager, Checkpoint model, String tensor)
      throws CheckpointException {
    float[] weights = model.tensor(tensor).toFloats();
    for (int i = 0; i < weights.length; i++) {
      if (!Float.isFinite(weights[i])) {
        throw new CheckpointException(
            model.folder(),
            "tensor " + tensor,
            "%s at element %d".formatted(weights[i], i),
            "finite weights");
      }
    }
    Shape shape =
        new Shape(model.tensor(tensor).spec().rows(), model.tensor(tensor).spec().columns());
    return manager.create(weights, shape);
  }
}
