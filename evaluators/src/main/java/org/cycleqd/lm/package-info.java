/** Placeholder. */
@NullMarked
package org.cycleqd.lm;

import org.jspecify.annotations.NullMarked;
