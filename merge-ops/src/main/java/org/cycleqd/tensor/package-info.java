/**
 * Tensors that stay where they are: dtypes, memory-mapped views and the safetensors format.
 *
 * <p>A {@link org.cycleqd.tensor.TensorSpec} says what a tensor is (name, {@link
 * org.cycleqd.tensor.DType}, shape); a {@link org.cycleqd.tensor.TensorView} adds its bytes,
 * little-endian and row-major, usually a read-only slice of a mapped file. {@link
 * org.cycleqd.tensor.SafetensorsFile} opens a file and refuses every deviation from the format, so
 * that whoever holds a view may trust its bounds. In the other direction {@link
 * org.cycleqd.tensor.SafetensorsWriter} computes the whole header before any data exists and asks a
 * {@link org.cycleqd.tensor.TensorSource} for one tensor after the other: a model is never on the
 * heap, the largest tensor is the memory it takes. {@link org.cycleqd.tensor.SafetensorsOutput} is
 * the same for several files at a time.
 *
 * <p>Arithmetic elsewhere is in float32. Widening from {@code BF16} and {@code F16} is exact;
 * rounding back is to nearest, ties to even, and happens once, in the source that writes.
 */
@NullMarked
package org.cycleqd.tensor;

import org.jspecify.annotations.NullMarked;
