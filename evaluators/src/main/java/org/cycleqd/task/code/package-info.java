/**
 * Writing Python functions: MBPP, MBPP+, HumanEval and HumanEval+.
 *
 * <p>Answers run in a sandbox, in processes that know neither the tests nor what is expected; the
 * judge beside them sees the values that they compute and nothing else. A score is pass@1 of one
 * greedy answer.
 */
@NullMarked
package org.cycleqd.task.code;

import org.jspecify.annotations.NullMarked;
