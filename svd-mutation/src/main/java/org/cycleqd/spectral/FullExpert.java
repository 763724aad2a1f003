package org.cycleqd.spectral;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.cycleqd.checkpoint.Checkpoint;
import org.cycleqd.checkpoint.adapter.LowRankFactors;
import org.cycleqd.tensor.TensorRows;

/** A fine-tune that is a whole model. */
record FullExpert(Checkpoint model) implements Expert {

  static Expert open(Checkpoint base, Path folder) throws IOException {
    Checkpoint model = Checkpoint.open(folder);
    try {
      return Expert.of(base, model);
    } catch (IOException | RuntimeException e) {
      model.close();
      throw e;
    }
  }

  @Override
  public Path folder() {
    return model.folder();
  }

  @Override
  public String digest() {
    return model.digest();
  }

  @Override
  public Optional<TensorRows> weights(String tensor) {
    return Optional.of(model.tensor(tensor));
  }

  @Override
  public Optional<LowRankFactors> factors(String tensor) {
    return Optional.empty();
  }

  @Override
  public void close() {
    model.close();
  }
}
