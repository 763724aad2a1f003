/**
 * Multiple choice, ARC and files of one's own, and the probability of texts.
 *
 * <p>A model chooses by probability, the way lm-evaluation-harness asks ({@code Question: ...},
 * {@code Answer:}, each choice after a space), or it is shown the choices with letters and names
 * one.
 */
@NullMarked
package org.cycleqd.task.choice;

import org.jspecify.annotations.NullMarked;
