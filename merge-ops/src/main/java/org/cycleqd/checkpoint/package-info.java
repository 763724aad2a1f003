/** Placeholder. */
@NullMarked
package org.cycleqd.checkpoint;

import org.jspecify.annotations.NullMarked;
