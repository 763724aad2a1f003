package org.cycleqd.merge.recipe;

import java.util.List;

/**
 * A layer of the merged model.
 *
 * @param slice number of its slice, from 0
 * @param position its place in the slice, from 0
 * @param length number of layers of the slice
 * @param sources where it comes from, in the recipe's order
 */
public record OutputLayer(int slice, int position, int length, List<InputLayer> sources) {

  /** Copies the list. */
  public OutputLayer {
    sources = List.copyOf(sources);
  }

  /**
   * A layer of a model.
   *
   * @param index the layer's number from 0
   */
  public record InputLayer(ModelReference model, int index) {}

  /**
   * Where gradients are evaluated: 0 in the first layer of a slice to 1 in the last; 1 if alone.
   */
  double t() {
    return length > 1 ? position / (length - 1.0) : 1;
  }
}
