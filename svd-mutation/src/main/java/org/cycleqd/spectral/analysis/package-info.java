/**
 * What experts are like before they are merged, and whether a candidate is still like them.
 *
 * <p>{@link org.cycleqd.spectral.analysis.ExpertAnalysis} reads base and experts once, a tensor at
 * a time, and keeps a few numbers for each: {@link org.cycleqd.spectral.analysis.TensorAnalysis}.
 * {@link org.cycleqd.spectral.analysis.NormGuard} judges genomes by their coefficients, without
 * weights.
 */
@NullMarked
package org.cycleqd.spectral.analysis;

import org.jspecify.annotations.NullMarked;
