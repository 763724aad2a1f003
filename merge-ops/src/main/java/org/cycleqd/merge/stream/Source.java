package org.cycleqd.merge.stream;

import org.cycleqd.tensor.TensorRows;

/**
 * One model's part in an output tensor.
 *
 * @param model how messages and addressed randomness name the model
 * @param rows its values, of the output's shape
 * @param parameters the method's parameters of this model for this tensor
 */
public record Source(String model, TensorRows rows, Parameters parameters) {}
