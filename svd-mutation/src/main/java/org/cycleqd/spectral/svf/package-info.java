/**
 * SVF experts of Transformer-squared (arXiv 2501.06252): a vector of numbers for each chosen matrix
 * of a base scales its singular values and nothing else.
 *
 * <p>{@link org.cycleqd.spectral.svf.SvfRule} is the arithmetic on singular values, {@link
 * org.cycleqd.spectral.svf.SvfMatrix} applies it to a decomposed matrix and gives the gradient,
 * {@link org.cycleqd.spectral.svf.SvfFile} keeps the vectors, {@link
 * org.cycleqd.spectral.svf.SvfExport} turns them into models and adapters, and {@link
 * org.cycleqd.spectral.svf.SvfProjection} is the SVF expert nearest to a fine-tuned model.
 */
@NullMarked
package org.cycleqd.spectral.svf;

import org.jspecify.annotations.NullMarked;
