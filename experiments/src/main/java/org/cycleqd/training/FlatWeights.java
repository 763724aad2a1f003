package org.cycleqd.training;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.cycleqd.tensor.TensorSpec;

/** All weights of a small model as one vector, tensor after tensor. */
final class FlatWeights {

  private final Map<String, int[]> ranges = new LinkedHashMap<>();
  private float[] values;

  FlatWeights(List<TensorSpec> specs) {
    int end = 0;
    for (TensorSpec spec : specs) {
      int start = end;
      end = Math.addExact(start, Math.toIntExact(spec.elements()));
      ranges.put(spec.name(), new int[] {start, end});
    }
    values = new float[end];
  }

  float[] values() {
    return values.clone();
  }

  void set(float[] replacement) {
    requireLength("all tensors", replacement, values.length);
    values = replacement.clone();
  }

  void put(String tensor, float[] part) {
    int[] range = range(tensor);
    requireLength(tensor, part, range[1] - range[0]);
    System.arraycopy(part, 0, values, range[0], range[1] - range[0]);
  }

  float[] get(String tensor) {
    int[] range = range(tensor);
    return Arrays.copyOfRange(values, range[0], range[1]);
  }

  private static void requireLength(String what, float[] found, int expected) {
    if (found.length != expected) {
      throw new IllegalArgumentException(
          "%s: found %d weights, expected %d".formatted(what, found.length, expected));
    }
  }

  private int[] range(String tensor) {
    return Objects.requireNonNull(ranges.get(tensor), tensor);
  }
}
