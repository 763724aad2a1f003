package org.cycleqd.spectral;

import ai.djl.ndarray.NDArray;
import org.cycleqd.tensor.DType;

/**
 * One tensor of base and experts, ready to be combined. K experts, n elements, shape [a, b] of rank
 * r where factorised.
 *
 * @param dtype the type that the base's file stores the tensor in
 * @param base the base's values, in the tensor's shape
 * @param taskVectors [K, n] differences expert minus base
 * @param left [a, K r] left singular vectors of all experts side by side; [a, 0] if not factorised
 * @param right [K r, b] right singular vectors of all experts, one per row
 * @param values [K][r] singular values, descending; K empty rows if not factorised
 */
@SuppressWarnings("ArrayRecordComponent") // bulk numbers, never compared
record Components(
    DType dtype,
    NDArray base,
    NDArray taskVectors,
    NDArray left,
    NDArray right,
    float[][] values) {}
