/** Placeholder. */
@NullMarked
package org.cycleqd.spectral;

import org.jspecify.annotations.NullMarked;
