/** Placeholder. */
@NullMarked
package org.cycleqd.pool;

import org.jspecify.annotations.NullMarked;
