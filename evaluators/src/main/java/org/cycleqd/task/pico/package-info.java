/**
 * Three executable skills for very small models: list expressions in Python, SELECTs over two
 * tables, and shell pipelines over six files.
 *
 * <p>Every question is composed from a small grammar in one to three steps, so that a model of half
 * a million parameters learns one skill within minutes and difficulty is graded. The grammar knows
 * what each step does: a plain Java evaluator rejects a question in which any step could be left
 * out, while answers are judged by really running them in Python, SQLite and bash.
 *
 * <p>A question's split follows from a hash of its composition with its values, not of its
 * phrasing, so no test prompt and no test answer can occur in training.
 */
@NullMarked
package org.cycleqd.task.pico;

import org.jspecify.annotations.NullMarked;
