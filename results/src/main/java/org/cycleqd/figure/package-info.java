/** Placeholder. */
@NullMarked
package org.cycleqd.figure;

import org.jspecify.annotations.NullMarked;
