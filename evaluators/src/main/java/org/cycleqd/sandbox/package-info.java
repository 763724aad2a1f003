/** Placeholder. */
@NullMarked
package org.cycleqd.sandbox;

import org.jspecify.annotations.NullMarked;
