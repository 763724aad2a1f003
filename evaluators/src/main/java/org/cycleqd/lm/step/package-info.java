/** Steps of decoding in machine code that is compiled for an architecture. */
@NullMarked
package org.cycleqd.lm.step;

import org.jspecify.annotations.NullMarked;
