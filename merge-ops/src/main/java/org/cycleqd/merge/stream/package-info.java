/**
 * One tensor of all models at a time, a tile of rows at a time, on all cores.
 *
 * <p>A {@link org.cycleqd.merge.stream.TensorTask} names the ingredients of one output tensor.
 * {@link org.cycleqd.merge.stream.Tiles} walks over it: each tile is widened to float32 into the
 * buffers of the thread that works on it. Whatever is summed over a tensor is summed per row first
 * and over the rows in their order, so that no result depends on the number of threads or on the
 * size of a tile. {@link org.cycleqd.merge.stream.Selection} finds order statistics of magnitudes
 * without sorting.
 */
@NullMarked
package org.cycleqd.merge.stream;

import org.jspecify.annotations.NullMarked;
