/**
 * The ways to merge one tensor of several models.
 *
 * <p>{@link org.cycleqd.merge.method.MergeMethods} knows them by the names that the field uses. A
 * {@link org.cycleqd.merge.method.MergeMethod} first looks at the whole tensor as often as it needs
 * to (norms, angles, thresholds), then returns the step that computes a tile of the result. Methods
 * that only need inner products (SLERP and its relatives, Karcher mean, model stock) take the Gram
 * matrix of their inputs in one pass, since all they return is a combination of the inputs.
 *
 * <p>Notation: {@code theta_0} is the base, {@code theta_i} a model, {@code delta_i = theta_i -
 * theta_0}. Everything is per tensor.
 */
@NullMarked
package org.cycleqd.merge.method;

import org.jspecify.annotations.NullMarked;
