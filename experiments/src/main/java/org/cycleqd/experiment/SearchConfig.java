package org.cycleqd.experiment;

import java.util.List;

/**
 * The evolution.
 *
 * @param children models to evaluate after the experts; the paper's generations
 * @param lag a child's parents come from the archives as they were this many children earlier, so
 *     this many children are in flight at a time; part of what makes a run what it is
 * @param mutations applied to every child in this order; may be empty
 */
public record SearchConfig(
    @Default("1200") int children,
    @Default("2") int lag,
    @Default("{}") SamplingConfig sampling,
    @Default("{}") CrossoverConfig crossover,
    @Default("[{operator: expert-basis}]") List<MutationConfig> mutations) {

  /** Copies the mutations and checks the numbers. */
  public SearchConfig {
    mutations = List.copyOf(mutations);
    Require.atLeast("children", children, 1);
    Require.between("lag", lag, 1, 1024);
    Require.that(
        !crossover.perComponent() || mutations.stream().noneMatch(MutationConfig::ofMatrices),
        "crossover.per_component",
        "is true beside a mutation that decomposes the child, which is then no mix of components;"
            + " allowed: false");
  }
}
