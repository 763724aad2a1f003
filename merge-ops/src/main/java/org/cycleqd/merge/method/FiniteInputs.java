package org.cycleqd.merge.method;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.cycleqd.merge.kernel.MergeKernel;
import org.cycleqd.merge.stream.FusedStep;
import org.cycleqd.merge.stream.Source;
import org.cycleqd.merge.stream.TensorTask;
import org.cycleqd.merge.stream.Tile;
import org.cycleqd.merge.stream.TileStep;
import org.cycleqd.merge.stream.Tiles;
import org.cycleqd.tensor.Finiteness;
import org.cycleqd.tensor.TensorRows;
import org.cycleqd.tensor.TensorView;

/**
 * A method that refuses inputs that are not finite, also where it would drop or outvote them and
 * nothing would show.
 *
 * <p>Values are looked at when they are merged, while they are in the cache. A norm or a factor of
 * the whole tensor that is not finite spoils elements far from the one to blame, which is looked
 * for then.
 */
final class FiniteInputs implements MergeMethod {

  private static final int ELEMENTS = 1 << 16;

  private final MergeKernel kernel;
  private final MergeMethod method;

  FiniteInputs(MergeKernel kernel, MergeMethod method) {
    this.kernel = kernel;
    this.method = method;
  }

  @Override
  public Signature signature() {
    return method.signature();
  }

  @Override
  public long workingBytes(TensorTask task, int threads) {
    return method.workingBytes(task, threads);
  }

  @Override
  public TileStep prepare(TensorTask task, Tiles tiles) throws IOException {
    TileStep step = method.prepare(task, tiles);
    return step instanceof FusedStep fused
        ? new Fused(task, fused, !(step instanceof Combination))
        : tile -> apply(task, step, tile);
  }

  private void apply(TensorTask task, TileStep step, Tile tile) throws IOException {
    boolean finite = task.base().isEmpty() || isFinite(tile.base(), tile.count());
    for (float[] model : tile.models()) {
      finite = finite && isFinite(model, tile.count());
    }
    if (!finite) {
      refuse(task, tile.firstRow(), tile.rows());
    }
    step.apply(tile);
    if (tile.count() > 0 && !Float.isFinite(tile.out()[0])) {
      refuse(task, 0, task.output().rows());
    }
  }

  private boolean isFinite(float[] values, int count) {
    return kernel.firstBeyond(values, Float.MAX_VALUE, count) < 0;
  }

  /** Names the first of some rows' elements that is not finite, if any is. */
  private static void refuse(TensorTask task, long firstRow, long rows) throws MergeException {
    if (task.base().isPresent()) {
      refuse("the base", task, task.base().get(), firstRow, rows);
    }
    for (Source source : task.sources()) {
      refuse(source.model(), task, source.rows(), firstRow, rows);
    }
  }

  private static void refuse(
      String model, TensorTask task, TensorRows input, long firstRow, long rows)
      throws MergeException {
    int columns = (int) input.spec().columns();
    int step = Math.max(1, ELEMENTS / columns);
    float[] values = new float[step * columns];
    for (long row = firstRow; row < firstRow + rows; row += step) {
      int count = (int) Math.min(step, firstRow + rows - row);
      input.read(row, count, values);
      OptionalInt found =
          IntStream.range(0, count * columns).filter(i -> !Float.isFinite(values[i])).findFirst();
      if (found.isPresent()) {
        int i = found.getAsInt();
        throw new MergeException(
            "%s: tensor %s: element [%d, %d]: found %s, expected a finite number"
                .formatted(model, task.output().name(), row + i / columns, i % columns, values[i]));
      }
    }
  }

  /** A step that is fused as before; where it {@code hides} inputs, they are looked at, too. */
  private final class Fused implements FusedStep {

    private final TensorTask task;
    private final FusedStep step;
    private final boolean hides;

    Fused(TensorTask task, FusedStep step, boolean hides) {
      this.task = task;
      this.step = step;
      this.hides = hides;
    }

    @Override
    public void apply(Tile tile) throws IOException {
      FiniteInputs.this.apply(task, step, tile);
    }

    @Override
    public boolean apply(
        MemorySegment base, MemorySegment[] models, long first, MemorySegment out, int count) {
      return step.apply(base, models, first, out, count) && !(hides && isHidden(first, count));
    }

    private boolean isHidden(long first, int count) {
      return task.sources().stream()
          .map(Source::rows)
          .anyMatch(rows ->
              rows instanceof TensorView view
                  && Finiteness.firstNonFinite(view, first, count).isPresent());
    }
  }
}
