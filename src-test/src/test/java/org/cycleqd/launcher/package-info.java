/** The launcher script and the documents beside it. */
@NullMarked
package org.cycleqd.launcher;

import org.jspecify.annotations.NullMarked;
