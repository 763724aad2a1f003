package org.cycleqd.checkpoint;

import java.util.Map;
import java.util.SequencedMap;
import org.cycleqd.tensor.TensorSpec;
import org.cycleqd.tensor.TensorView;

/** Whether two models can be combined weight by weight. */
public final class Compatibility {

  private Compatibility() {}

  /**
   * Checks that an expert has the base's architecture, vocabulary size, rotary embedding, shapes
   * and dtypes.
   *
   * <p>Special tokens and the longest context may differ: they do not change what a weight means.
   *
   * @throws CheckpointException naming both folders, the first field or tensor that differs, and
   *     both values
   */
  public static void require(Checkpoint base, Checkpoint expert) throws CheckpointException {
    SequencedMap<String, String> wanted = ConfigFacts.architecture(base.config());
    SequencedMap<String, String> offered = ConfigFacts.architecture(expert.config());
    for (Map.Entry<String, String> fact : wanted.entrySet()) {
      requireSame(
          base, expert, fact.getKey(), fact.getValue(), String.valueOf(offered.get(fact.getKey())));
    }
    for (TensorView view : base.tensors().values()) {
      String name = view.spec().name();
      TensorView other = expert.tensors().get(name);
      requireSame(
          base,
          expert,
          "tensor " + name,
          shown(view.spec()),
          other == null ? "none" : shown(other.spec()));
    }
  }

  private static String shown(TensorSpec spec) {
    return spec.dtype() + " " + spec.shape();
  }

  private static void requireSame(
      Checkpoint base, Checkpoint expert, String subject, String wanted, String found)
      throws CheckpointException {
    if (!wanted.equals(found)) {
      throw new CheckpointException(
          expert.folder(), subject, found, "%s as in the base %s".formatted(wanted, base.folder()));
    }
  }
}
