/** Placeholder. */
@NullMarked
package org.cycleqd.experiment;

import org.jspecify.annotations.NullMarked;
