/** Functions that are written as text, compiled for the processor at hand and called from Java. */
@NullMarked
package org.cycleqd.llvm;

import org.jspecify.annotations.NullMarked;
