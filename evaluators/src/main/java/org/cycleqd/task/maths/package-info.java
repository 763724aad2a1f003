/**
 * Mathematical problems: GSM8K, whose answers are numbers, and MATH, whose answers are LaTeX.
 *
 * <p>Two answers of MATH are the same if their texts are after normalisation ({@link
 * org.cycleqd.task.maths.LatexText}), or, part by part, the numbers that they stand for;
 * expressions with variables are compared at several points. {@code evaluators/README.md} has the
 * rules.
 */
@NullMarked
package org.cycleqd.task.maths;

import org.jspecify.annotations.NullMarked;
