/** Placeholder. */
@NullMarked
package org.cycleqd.archive;

import org.jspecify.annotations.NullMarked;
