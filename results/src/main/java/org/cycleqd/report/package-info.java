/** Placeholder. */
@NullMarked
package org.cycleqd.report;

import org.jspecify.annotations.NullMarked;
