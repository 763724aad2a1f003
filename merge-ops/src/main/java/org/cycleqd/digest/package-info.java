/** Identity by content: SHA-256 of whatever is put together. */
@NullMarked
package org.cycleqd.digest;

import org.jspecify.annotations.NullMarked;
