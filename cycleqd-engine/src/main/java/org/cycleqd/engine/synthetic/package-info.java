/**
 * Analytic task landscapes over genomes, so that searches can be studied without models: how much
 * the tasks conflict and how noisy their items are is set, the best genomes are known, and scoring
 * takes microseconds.
 *
 * <pre>{@code
 * Landscape landscape = Landscape.of(List.of("code", "db"), 9, 36, LandscapeRule.standard(1));
 * Evaluation evaluation = landscape.evaluator(60, "optimisation").evaluate(genome);
 * }</pre>
 */
@NullMarked
package org.cycleqd.engine.synthetic;

import org.jspecify.annotations.NullMarked;
