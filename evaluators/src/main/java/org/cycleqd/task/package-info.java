/**
 * What a model is asked and how its answers are marked.
 *
 * <p>A {@link org.cycleqd.task.Task} owns a supply of items and a judge. Items come in three splits
 * that share no prompt and no answer: experts learn from {@link org.cycleqd.task.Split#TRAINING},
 * the search sees {@link org.cycleqd.task.Split#OPTIMISATION}, and reports quote {@link
 * org.cycleqd.task.Split#TEST}. Items are a pure function of (split, count, seed), and a longer
 * list begins with every shorter one, so results for an item can be cached and compared across
 * runs.
 *
 * <p>A judge takes answers in batches because starting the machinery that runs them (a sandboxed
 * interpreter, say) costs far more than one more answer. Whatever a model wrote is treated as
 * hostile: it runs isolated and limited, and only its raw output is compared here with the
 * reference's.
 */
@NullMarked
package org.cycleqd.task;

import org.jspecify.annotations.NullMarked;
