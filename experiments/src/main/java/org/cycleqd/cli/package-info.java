/** Placeholder. */
@NullMarked
package org.cycleqd.cli;

import org.jspecify.annotations.NullMarked;
