package org.cycleqd.merge;

import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import org.cycleqd.checkpoint.Checkpoint;
import org.cycleqd.checkpoint.adapter.Adapter;
import org.cycleqd.merge.recipe.ModelReference;
import org.cycleqd.tensor.TensorRows;

/**
 * A model that takes part in a merge, with its adapter applied where it has one.
 *
 * @param reference how the recipe names it
 * @param checkpoint the model
 * @param adapter the adapter, or empty
 * @param changed the tensors that the adapter changes
 */
record Ingredient(
    ModelReference reference,
    Checkpoint checkpoint,
    Optional<Adapter> adapter,
    Map<String, TensorRows> changed)
    implements AutoCloseable {

  static Ingredient open(ModelReference reference, ModelFolders folders) throws IOException {
    Checkpoint checkpoint = Checkpoint.open(folders.find(reference.model()), folders.links());
    try {
      if (reference.lora().isEmpty()) {
        return new Ingredient(reference, checkpoint, Optional.empty(), Map.of());
      }
      Adapter adapter = Adapter.open(folders.find(reference.lora().get()));
      try {
        return new Ingredient(
            reference, checkpoint, Optional.of(adapter), adapter.applyTo(checkpoint));
      } catch (IOException | RuntimeException | Error e) {
        adapter.close();
        throw e;
      }
    } catch (IOException | RuntimeException | Error e) {
      checkpoint.close();
      throw e;
    }
  }

  /** The tensor of this name, as the adapter makes it. */
  TensorRows rows(String name) {
    TensorRows adapted = changed.get(name);
    return adapted == null ? checkpoint.tensor(name) : adapted;
  }

  @Override
  public void close() {
    adapter.ifPresent(Adapter::close);
    checkpoint.close();
  }
}
