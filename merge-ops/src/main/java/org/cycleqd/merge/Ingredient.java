package org.cycleqd.merge;

import java.util.Map;
import java.util.Optional;
import org.cycleqd.checkpoint.Checkpoint;
import org.cycleqd.checkpoint.TensorLocation;
import org.cycleqd.checkpoint.adapter.Adapter;
import org.cycleqd.tensor.TensorRows;

/**
 * A model that takes part in a merge, with its adapter applied where it has one.
 *
 * @param checkpoint the model
 * @param adapter the adapter, or empty
 * @param changed the tensors that the adapter changes
 */
record Ingredient(
    Checkpoint checkpoint, Optional<Adapter> adapter, Map<String, TensorRows> changed) {

  /** The tensor of this name, as the adapter makes it. */
  TensorRows rows(String name) {
    TensorRows adapted = changed.get(name);
    return adapted == null ? checkpoint.tensor(name) : adapted;
  }

  /** Where the model's own tensor of this name lies. */
  TensorLocation location(String name) {
    return checkpoint.location(name);
  }
}
