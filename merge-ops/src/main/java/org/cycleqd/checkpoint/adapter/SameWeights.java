package org.cycleqd.checkpoint.adapter;

import java.util.Arrays;
import org.cycleqd.tensor.TensorView;

/** Whether tensors hold the same numbers, in whatever dtype. */
final class SameWeights {

  private SameWeights() {}

  static boolean are(TensorView one, TensorView other) {
    if (!one.spec().shape().equals(other.spec().shape())) {
      return false;
    }
    int columns = Math.toIntExact(one.spec().columns());
    float[] first = new float[columns];
    float[] second = new float[columns];
    for (long row = 0; row < one.spec().rows(); row++) {
      one.read(row, 1, first);
      other.read(row, 1, second);
      if (!Arrays.equals(first, second)) {
        return false;
      }
    }
    return true;
  }
}
