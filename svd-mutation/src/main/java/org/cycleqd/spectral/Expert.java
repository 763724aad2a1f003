package org.cycleqd.spectral;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.cycleqd.checkpoint.Checkpoint;
import org.cycleqd.checkpoint.CheckpointException;
import org.cycleqd.checkpoint.Compatibility;
import org.cycleqd.checkpoint.adapter.Adapter;
import org.cycleqd.checkpoint.adapter.LowRankFactors;
import org.cycleqd.tensor.TensorRows;

/**
 * A fine-tune of a base model: its changes are what genomes combine. Nothing of it is copied; any
 * thread may read until it is closed, and not after the base is.
 */
public interface Expert extends AutoCloseable {

  /** Where it is. */
  Path folder();

  /** Identifies it by content, on its base. */
  String digest();

  /** Its weights of a tensor, of the base's shape; empty where they are the base's. */
  Optional<TensorRows> weights(String tensor);

  /** Its change of a tensor where that is a product of low rank, s B A. */
  Optional<LowRankFactors> factors(String tensor);

  @Override
  void close();

  /**
   * Opens a Hugging Face model folder or a PEFT folder with a LoRA adapter.
   *
   * @param base what the expert was tuned from; not closed with it
   * @throws CheckpointException if it does not fit the base in architecture, shapes and vocabulary
   * @throws IOException if a file cannot be read
   */
  static Expert open(Checkpoint base, Path folder) throws IOException {
    return Adapter.isAdapter(folder)
        ? AdaptedExpert.open(base, folder)
        : FullExpert.open(base, folder);
  }

  /**
   * A model that is open, and is closed with the expert.
   *
   * @throws CheckpointException if it does not fit the base
   */
  static Expert of(Checkpoint base, Checkpoint model) throws CheckpointException {
    Compatibility.require(base, model);
    return new FullExpert(model);
  }
}
