package org.cycleqd.spectral;

import java.util.List;

/**
 * The coordinates of a genome: which experts are combined, and in which tensors.
 *
 * @param experts names of the experts, in the order of their task vectors
 * @param tensors the model's tensors, in the checkpoint's order
 */
public record GenomeLayout(List<String> experts, List<TensorSite> tensors) {

  /** Copies both lists. */
  public GenomeLayout {
    experts = List.copyOf(experts);
    tensors = List.copyOf(tensors);
    if (experts.isEmpty() || tensors.isEmpty()) {
      throw new IllegalArgumentException("a genome needs at least one expert and one tensor");
    }
  }

  /** Number of layer groups: the largest group number plus one. */
  public int groups() {
    return tensors.stream().mapToInt(TensorSite::group).max().orElse(-1) + 1;
  }
}
