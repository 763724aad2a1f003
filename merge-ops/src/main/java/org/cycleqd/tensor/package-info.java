/** Placeholder. */
@NullMarked
package org.cycleqd.tensor;

import org.jspecify.annotations.NullMarked;
