package org.cycleqd.checkpoint;

/**
 * The first infinity or NaN of a tensor.
 *
 * @param tensor the tensor's name
 * @param index the element's index, row-major
 * @param value an infinity or a NaN
 */
public record NonFinite(String tensor, long index, float value) {}
