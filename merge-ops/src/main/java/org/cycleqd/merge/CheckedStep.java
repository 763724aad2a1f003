package org.cycleqd.merge;

import java.io.UncheckedIOException;
import org.cycleqd.merge.kernel.MergeKernel;
import org.cycleqd.merge.method.MergeException;
import org.cycleqd.merge.stream.TensorTask;
import org.cycleqd.merge.stream.Tile;
import org.cycleqd.merge.stream.TileStep;

/** Looks at the inputs first: a method may drop a value that is not finite without a trace. */
record CheckedStep(MergeKernel kernel, TileStep step, TensorTask task) implements TileStep {

  @Override
  public void apply(Tile tile) {
    if (task.base().isPresent()) {
      check(tile, "the base", tile.base());
    }
    for (int k = 0; k < tile.models().length; k++) {
      check(tile, task.sources().get(k).model(), tile.models()[k]);
    }
    step.apply(tile);
  }

  private void check(Tile tile, String model, float[] values) {
    int beyond = kernel.firstBeyond(values, Float.MAX_VALUE, tile.count());
    if (beyond >= 0) {
      long element = tile.firstElement() + beyond;
      throw new UncheckedIOException(
          new MergeException(
              "%s: tensor %s: element [%d, %d]: found %s, expected a finite number"
                  .formatted(
                      model,
                      task.output().name(),
                      element / task.output().columns(),
                      element % task.output().columns(),
                      values[beyond])));
    }
  }

  @Override
  public boolean isElementwise() {
    return step.isElementwise();
  }

  @Override
  public int counters() {
    return step.counters();
  }

  @Override
  public void count(Tile tile, long[] counts) {
    step.count(tile, counts);
  }
}
