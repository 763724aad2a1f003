/** Whole commands on the shipped models and configs. */
@NullMarked
package org.cycleqd.endtoend;

import org.jspecify.annotations.NullMarked;
