/**
 * The spectral genome: an individual as coefficients over the experts' singular components.
 *
 * <p>The singular value decomposition of each expert's task vector is taken once ({@link
 * org.cycleqd.spectral.SingularBasis}) and kept on disk ({@link org.cycleqd.spectral.BasisStore}).
 * After that crossover and mutation only change numbers in a {@link org.cycleqd.spectral.Genome};
 * weights appear when a genome is composed into a live model or an export ({@link
 * org.cycleqd.spectral.GenomeWeights}), tile by tile from mapped files. An {@link
 * org.cycleqd.spectral.Expert} is a model or a low-rank adapter. See CycleQD (arXiv 2410.14735),
 * sections 3.2 and 3.3.
 */
@NullMarked
package org.cycleqd.spectral;

import org.jspecify.annotations.NullMarked;
