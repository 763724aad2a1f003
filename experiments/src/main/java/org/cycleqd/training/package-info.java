/** Placeholder. */
@NullMarked
package org.cycleqd.training;

import org.jspecify.annotations.NullMarked;
