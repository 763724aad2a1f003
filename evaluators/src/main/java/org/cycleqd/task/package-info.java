/** Placeholder. */
@NullMarked
package org.cycleqd.task;

import org.jspecify.annotations.NullMarked;
