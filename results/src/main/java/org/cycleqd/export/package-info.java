/** Placeholder. */
@NullMarked
package org.cycleqd.export;

import org.jspecify.annotations.NullMarked;
