package org.cycleqd.spectral;

/**
 * A tensor of the model as a genome sees it.
 *
 * @param name the checkpoint's tensor name
 * @param group the layer group that the tensor belongs to, from 0
 * @param rank number of singular components of a task vector in this tensor, or 0 where the tensor
 *     is not factorised and carries a scalar coefficient only (norms, biases)
 */
public record TensorSite(String name, int group, int rank) {

  /** Checks that group and rank are not negative. */
  public TensorSite {
    if (group < 0 || rank < 0) {
      throw new IllegalArgumentException(
          "tensor %s: group %d and rank %d must not be negative".formatted(name, group, rank));
    }
  }
}
