/**
 * Other searches under CycleQD's budget, evaluator, journal and report: what they propose is scored
 * and offered to all archives as CycleQD's children are, so results can be compared.
 *
 * <pre>{@code
 * SearchSettings settings = ...;  // the same as for CycleQD
 * Search search =
 *     Search.of(
 *         settings.withStrategy(StrategyChoice.of("cma-es", Map.of("sigma", 0.2, "population", 0.0))),
 *         layout, digests, Rivals::strategy);
 * }</pre>
 *
 * <p>A strategy of one's own is a {@link org.cycleqd.engine.Proposer} and a catalogue that knows
 * its name.
 */
@NullMarked
package org.cycleqd.engine.rival;

import org.jspecify.annotations.NullMarked;
