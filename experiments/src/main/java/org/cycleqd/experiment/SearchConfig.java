package org.cycleqd.experiment;

import java.util.List;
import java.util.Locale;

/**
 * The evolution.
 *
 * @param children models to evaluate after the experts; the paper's generations
 * @param lag a child's parents come from the archives as they were this many children earlier, so
 *     this many children are in flight at a time; part of what makes a run what it is
 * @param strategy what proposes children
 * @param limits where the search ends before the last child
 * @param mutations applied to every child in this order; may be empty
 * @param stopping when a candidate is stopped before all its items are scored
 * @param stoppingBlock least number of items between two looks
 * @param stoppingError error level of racing and predictive stopping, for each candidate
 * @param reevaluation when elites are scored again
 */
public record SearchConfig(
    @Default("1200") int children,
    @Default("2") int lag,
    @Default("{name: cycleqd}") StrategyConfig strategy,
    @Default("{}") LimitsConfig limits,
    @Default("{}") SamplingConfig sampling,
    @Default("{}") CrossoverConfig crossover,
    @Default("[{operator: expert-basis}]") List<MutationConfig> mutations,
    @Default("none") Stopping stopping,
    @Default("1") int stoppingBlock,
    @Default("0.05") double stoppingError,
    @Default("{}") ReevaluationConfig reevaluation) {

  /** When a candidate is stopped before all its items are scored. */
  public enum Stopping {
    /** Never. */
    NONE,
    /** When no archive can take it any more. */
    LOSSLESS,
    /** When no archive takes it but for an error level. */
    RACING,
    /** When it is predicted that no archive takes it. */
    PREDICTIVE
  }

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
    Require.between("stopping_block", stoppingBlock, 1, 1_000_000);
    Require.that(
        stopping == Stopping.NONE
            || !(strategy instanceof StrategyConfig.CmaEs
                || strategy instanceof StrategyConfig.NsgaIi),
        "stopping",
        "is %s, allowed: none, since the strategy learns from all scores"
            .formatted(stopping.name().toLowerCase(Locale.ROOT)));
    Require.that(
        reevaluation.every() == null || stopping == Stopping.NONE,
        "stopping",
        "is %s beside search.reevaluation, allowed: none, since elites may fall that are scored again"
            .formatted(stopping.name().toLowerCase(Locale.ROOT)));
    Require.that(
        reevaluation.every() == null
            || !(strategy instanceof StrategyConfig.CmaEs
                || strategy instanceof StrategyConfig.NsgaIi),
        "reevaluation.every",
        "is set, allowed: nothing, since the strategy learns from all scores");
    Require.that(
        stoppingError > 0 && stoppingError < 1,
        "stopping_error",
        "is %s, allowed: above 0 and below 1".formatted(stoppingError));
  }
}
