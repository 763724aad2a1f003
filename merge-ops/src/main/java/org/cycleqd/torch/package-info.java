/** Placeholder. */
@NullMarked
package org.cycleqd.torch;

import org.jspecify.annotations.NullMarked;
