/**
 * Candidates over workers: a pool of live models that are re-composed in place, and the examination
 * that each of them takes.
 *
 * <p>A candidate costs one composition and one {@link org.cycleqd.pool.Examination}: all questions
 * of all tasks are answered in shared batches and judged task by task. Nothing is written to disk.
 */
@NullMarked
package org.cycleqd.pool;

import org.jspecify.annotations.NullMarked;
