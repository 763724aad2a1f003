package org.cycleqd.merge.method;

import java.util.Arrays;
import java.util.List;
import org.cycleqd.merge.kernel.MergeKernel;
import org.cycleqd.merge.stream.TensorTask;
import org.cycleqd.merge.stream.Tile;
import org.cycleqd.merge.stream.Tiles;

/**
 * DELLA (arXiv 2406.11617): within a row the probability to stay rises with the rank r of the
 * magnitude, {@code density - epsilon + 2 epsilon (r - 1) / (n - 1)}.
 */
record RankedDropout(MergeKernel kernel) implements Sparsifier {

  @Override
  public List<Parameter> parameters() {
    return List.of(Parameter.number("epsilon", 0.15).within(0, 1));
  }

  @Override
  public Sparsified prepare(TensorTask task, Tiles tiles) throws MergeException {
    double[] densities = task.numbers("density");
    double[] epsilons = task.numbers("epsilon");
    for (int k = 0; k < densities.length; k++) {
      if (densities[k] < 1 && !(densities[k] - epsilons[k] > 0 && densities[k] + epsilons[k] < 1)) {
        throw new MergeException(
            "tensor %s of %s: found density %s and epsilon %s, expected density - epsilon above 0"
                    .formatted(
                        task.output().name(),
                        task.sources().get(k).model(),
                        densities[k],
                        epsilons[k])
                + " and density + epsilon below 1");
      }
    }
    return () -> tile -> drop(task, densities, epsilons, tile);
  }

  private void drop(TensorTask task, double[] densities, double[] epsilons, Tile tile) {
    Combination.deltas(kernel, tile);
    int n = tile.columns();
    long[] order = new long[n];
    float[] single = new float[1];
    for (int k = 0; k < densities.length; k++) {
      if (densities[k] >= 1) {
        continue;
      }
      float[] values = tile.models()[k];
      long key = Dropout.key(task, k);
      for (int row = 0; row < tile.rows(); row++) {
        int start = row * n;
        for (int i = 0; i < n; i++) {
          order[i] = (long) Float.floatToRawIntBits(Math.abs(values[start + i])) << 32 | i;
        }
        Arrays.sort(order);
        for (int rank = 0; rank < n; rank++) {
          int i = start + (int) order[rank];
          double place = n == 1 ? 0.5 : (double) rank / (n - 1);
          double probability = densities[k] - epsilons[k] + 2 * epsilons[k] * place;
          single[0] = values[i];
          long threshold = Math.round(probability * Dropout.OUTCOMES);
          kernel.drop(single, key, tile.firstElement() + i, threshold, 1);
          values[i] = single[0];
        }
      }
    }
  }
}
