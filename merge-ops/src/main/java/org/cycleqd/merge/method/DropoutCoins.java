package org.cycleqd.merge.method;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Optional;
import org.cycleqd.merge.kernel.Election;
import org.cycleqd.merge.kernel.FusedDifferences;
import org.cycleqd.merge.kernel.MergeKernel;
import org.cycleqd.merge.stream.FusedStep;
import org.cycleqd.merge.stream.TensorTask;
import org.cycleqd.merge.stream.TileStep;
import org.cycleqd.merge.stream.Tiles;

/**
 * The coins of one tensor.
 *
 * @param keys name the coins of each model
 * @param thresholds of 2^32 outcomes as many keep an element, at least one
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record DropoutCoins(MergeKernel kernel, long[] keys, long[] thresholds) implements Sparsified {

  @Override
  public TileStep step() {
    TileStep.Stateless step =
        tile -> {
          Combination.deltas(kernel, tile);
          for (int k = 0; k < keys.length; k++) {
            kernel.drop(
                tile.models()[k], keys[k], tile.firstElement(), thresholds[k], tile.count());
          }
        };
    return step;
  }

  @Override
  public Optional<FusedStep> sum(float[] weights) {
    return Optional.of(new KeptSum(kernel, weights, keys, thresholds));
  }

  @Override
  public Optional<FusedStep> elect(
      TileStep tiled, float[] factors, float[] weights, Election election) {
    return Optional.of(
        new KeptElection(
            tiled, factors, keys, thresholds, new FusedElection(kernel, weights, election)));
  }

  @Override
  public Optional<double[]> magnitudes(TensorTask task, Tiles tiles) throws IOException {
    // Coins come in stretches of 2^32, which a row must not cross.
    if (!task.isFusible()
        || !FusedDifferences.hasMagnitudes()
        || task.output().elements() >= 1L << Integer.SIZE) {
      return Optional.empty();
    }
    int columns = (int) task.output().columns();
    MemorySegment base = task.baseMemory();
    List<MemorySegment> models = task.modelMemory();
    int width = 2 * models.size();
    double[] all = new double[Math.toIntExact(task.output().rows() * width)];
    tiles.forEachRun(
        task.output().rows(),
        Math.max(1, Tiles.PIECE_ELEMENTS / columns),
        piece -> {
          for (long row = piece.first(); row < piece.first() + piece.count(); row++) {
            long start = row * columns * Short.BYTES;
            long bytes = (long) columns * Short.BYTES;
            for (int k = 0; k < models.size(); k++) {
              FusedDifferences.magnitudes(
                  base.asSlice(start, bytes),
                  models.get(k).asSlice(start, bytes),
                  row * columns,
                  keys[k],
                  thresholds[k],
                  all,
                  (int) row * width + 2 * k,
                  columns);
            }
          }
        });
    double[] sums = new double[width];
    for (int i = 0; i < all.length; i++) {
      sums[i % width] += all[i];
    }
    return Optional.of(sums);
  }
}
