/**
 * Addressed randomness: every draw is a pure function of (run seed, address, index), so any number
 * of threads, any tile size and any order of evaluation give the same run.
 */
@NullMarked
package org.cycleqd.random;

import org.jspecify.annotations.NullMarked;
