package org.cycleqd.checkpoint;

import java.util.Collection;
import java.util.SequencedMap;
import org.cycleqd.digest.Sha256;
import org.cycleqd.tensor.TensorSpec;
import org.cycleqd.tensor.TensorView;

/** The content identity of a model. */
final class CheckpointDigest {

  private static final String FORMAT = "cycleqd checkpoint 1\n";

  private final Sha256 sha = new Sha256();

  private CheckpointDigest() {}

  static String of(LlamaConfig config, Collection<TensorView> tensors) {
    CheckpointDigest digest = new CheckpointDigest();
    digest.add(FORMAT);
    digest.add(ConfigFacts.architecture(config));
    digest.add(ConfigFacts.generation(config));
    for (TensorView view : tensors) {
      TensorSpec spec = view.spec();
      digest.add("%s %s %s\n".formatted(spec.name(), spec.dtype(), spec.shape()));
      digest.sha.add(view.data());
    }
    return digest.sha.hex();
  }

  private void add(SequencedMap<String, String> facts) {
    facts.forEach((field, value) -> add("%s=%s\n".formatted(field, value)));
  }

  private void add(String text) {
    sha.add(text);
  }
}
