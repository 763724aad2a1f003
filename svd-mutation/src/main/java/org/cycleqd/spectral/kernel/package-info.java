/** Machine code that composes tensors. */
@NullMarked
package org.cycleqd.spectral.kernel;

import org.jspecify.annotations.NullMarked;
