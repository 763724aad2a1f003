/** The rules that hold across modules: who may import whom, and what no code may do. */
@NullMarked
package org.cycleqd.architecture;

import org.jspecify.annotations.NullMarked;
