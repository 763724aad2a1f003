package org.cycleqd.spectral;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.cycleqd.checkpoint.Checkpoint;
import org.cycleqd.checkpoint.adapter.Adapter;
import org.cycleqd.checkpoint.adapter.LowRankFactors;
import org.cycleqd.tensor.TensorRows;

/**
 * A LoRA adapter on the base. What DoRA rescales, biases and modules stored as a whole have weights
 * but no factors.
 */
record AdaptedExpert(
    Adapter adapter, Map<String, TensorRows> changed, Map<String, LowRankFactors> products)
    implements Expert {

  static Expert open(Checkpoint base, Path folder) throws IOException {
    Adapter adapter = Adapter.open(folder);
    try {
      return new AdaptedExpert(adapter, adapter.applyTo(base), adapter.factors(base));
    } catch (IOException | RuntimeException e) {
      adapter.close();
      throw e;
    }
  }

  @Override
  public Path folder() {
    return adapter.folder();
  }

  @Override
  public String digest() {
    return adapter.digest();
  }

  @Override
  public Optional<TensorRows> weights(String tensor) {
    return Optional.ofNullable(changed.get(tensor));
  }

  @Override
  public Optional<LowRankFactors> factors(String tensor) {
    return Optional.ofNullable(products.get(tensor)).filter(factors -> !factors.dora());
  }

  @Override
  public void close() {
    adapter.close();
  }
}
