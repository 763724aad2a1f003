/** Placeholder. */
@NullMarked
package org.cycleqd.engine;

import org.jspecify.annotations.NullMarked;
