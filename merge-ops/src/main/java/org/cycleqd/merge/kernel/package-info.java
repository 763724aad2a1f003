/**
 * Arithmetic of merging on runs of float32 values: every operation once in plain Java, the
 * reference, and once with the Vector API; both give the same bits.
 *
 * <p>Elementwise results do not depend on the number of lanes. Sums are taken in float64 over eight
 * interleaved partial sums, whatever the processor has, so they do not depend on it either.
 */
@NullMarked
package org.cycleqd.merge.kernel;

import org.jspecify.annotations.NullMarked;
