/**
 * Putting published tasks to one model, in a folder or behind an endpoint, item by item.
 *
 * <p>{@link org.cycleqd.evaluation.PublishedTasks} lists the tasks, a {@link
 * org.cycleqd.evaluation.Respondent} answers, {@link org.cycleqd.evaluation.TaskEvaluation} asks
 * and lets the task judge, and {@link org.cycleqd.evaluation.SampleLog} keeps every answer in the
 * form of lm-evaluation-harness, so that it can be judged again without the model.
 */
@NullMarked
package org.cycleqd.evaluation;

import org.jspecify.annotations.NullMarked;
