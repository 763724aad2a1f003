/**
 * Merging models: from a recipe and model folders to a published folder.
 *
 * <p>{@link org.cycleqd.merge.StreamingMerge} computes the output tensors one at a time, a tile of
 * rows at a time, from memory-mapped models; nothing larger than a few tiles per thread is ever
 * held.
 */
@NullMarked
package org.cycleqd.merge;

import org.jspecify.annotations.NullMarked;
