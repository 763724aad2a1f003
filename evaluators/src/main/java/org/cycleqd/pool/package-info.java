/**
 * Candidates over workers: a pool of live models that are re-composed in place, and the examination
 * that each of them takes.
 *
 * <p>A candidate costs one composition and one {@link org.cycleqd.pool.Examination}: the questions
 * of all tasks are answered in shared batches and judged task by task, all at once or in
 * instalments as the search asks for them. Nothing is written to disk. A search is given {@link
 * org.cycleqd.pool.SearchItems}, which hold optimisation items only, and {@link
 * org.cycleqd.pool.Screening} can refuse a candidate before its first question.
 */
@NullMarked
package org.cycleqd.pool;

import org.jspecify.annotations.NullMarked;
