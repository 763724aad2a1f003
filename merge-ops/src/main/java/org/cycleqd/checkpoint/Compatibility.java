package org.cycleqd.checkpoint;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.Set;
import org.cycleqd.tensor.TensorSpec;
import org.cycleqd.tensor.TensorView;

/** Whether two models can be combined weight by weight. */
public final class Compatibility {

  /** A difference between models that is allowed. */
  public enum Relaxation {
    /** The number of layers. */
    LAYERS,
    /** The dtypes of tensors. */
    DTYPES
  }

  private static final String LAYERS_FIELD = "num_hidden_layers";

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
    List<CheckpointException> conflicts = conflicts(base, expert, EnumSet.noneOf(Relaxation.class));
    if (!conflicts.isEmpty()) {
      throw conflicts.getFirst();
    }
  }

  /**
   * All that {@link #require} would refuse, except for what is relaxed. Of tensors that differ in
   * dtype only the first is named.
   */
  public static List<CheckpointException> conflicts(
      Checkpoint base, Checkpoint expert, Set<Relaxation> relaxed) {
    List<CheckpointException> conflicts = new ArrayList<>();
    SequencedMap<String, String> wanted = ConfigFacts.architecture(base.config());
    SequencedMap<String, String> offered = ConfigFacts.architecture(expert.config());
    for (Map.Entry<String, String> fact : wanted.entrySet()) {
      String found = String.valueOf(offered.get(fact.getKey()));
      boolean relax = fact.getKey().equals(LAYERS_FIELD) && relaxed.contains(Relaxation.LAYERS);
      if (!found.equals(fact.getValue()) && !relax) {
        conflicts.add(conflict(base, expert, fact.getKey(), fact.getValue(), found));
      }
    }
    if (conflicts.isEmpty() && !relaxed.contains(Relaxation.DTYPES)) {
      // Equal configurations imply equal names and shapes.
      for (TensorView view : base.tensors().values()) {
        TensorView other = expert.tensors().get(view.spec().name());
        if (other != null && !other.spec().equals(view.spec())) {
          conflicts.add(
              conflict(
                  base,
                  expert,
                  "tensor " + view.spec().name(),
                  shown(view.spec()),
                  shown(other.spec())));
          break;
        }
      }
    }
    return conflicts;
  }

  /**
   * What may differ and does: special tokens and the longest context. A merged model can have only
   * one of both.
   *
   * @return one line for each, naming both folders, the field and both values
   */
  public static List<String> differences(Checkpoint base, Checkpoint expert) {
    SequencedMap<String, String> wanted = base.config().facts();
    SequencedMap<String, String> offered = expert.config().facts();
    return ConfigFacts.generation(base.config()).sequencedKeySet().stream()
        .filter(field -> !Objects.equals(wanted.get(field), offered.get(field)))
        .map(field ->
            "%s: %s is %s, but %s in %s"
                .formatted(
                    expert.folder(), field, offered.get(field), wanted.get(field), base.folder()))
        .toList();
  }

  private static String shown(TensorSpec spec) {
    return spec.dtype() + " " + spec.shape();
  }

  private static CheckpointException conflict(
      Checkpoint base, Checkpoint expert, String subject, String wanted, String found) {
    return new CheckpointException(
        expert.folder(), subject, found, "%s as in the base %s".formatted(wanted, base.folder()));
  }
}
