/**
 * Arithmetic of merging on runs of float32 values: every operation once in plain Java, the
 * reference, and once with the Vector API; both give the same bits.
 *
 * <p>Elementwise results do not depend on the number of lanes. Sums run in sixteen interleaved
 * float32 parts, whatever the processor has, which are added to a float64 total every 512 elements,
 * so they do not depend on it either and are good to about 1e-7.
 */
@NullMarked
package org.cycleqd.merge.kernel;

import org.jspecify.annotations.NullMarked;
