/**
 * Measurements of the program itself.
 *
 * <p>{@link org.cycleqd.study.MergeBenchmark} sets the speed of merging against that of copying
 * memory on the same machine in the same run: absolute times say little on shared machines.
 */
@NullMarked
package org.cycleqd.study;

import org.jspecify.annotations.NullMarked;
