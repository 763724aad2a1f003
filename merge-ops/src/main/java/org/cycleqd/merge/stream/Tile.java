package org.cycleqd.merge.stream;

import org.cycleqd.tensor.FloatConversion;
import org.cycleqd.tensor.TensorView;

/**
 * A part of one tensor in all models, as float32, in buffers of one thread: whole rows, or for
 * steps on elements a run of elements.
 *
 * <p>The arrays may be longer than the tile, and whoever works on a tile may overwrite them.
 */
public final class Tile {

  private static final long[] NOTHING = {};

  private float[] base = new float[0];
  private float[][] models = new float[0][];
  private float[] out = new float[0];
  private long[] before = NOTHING;
  private long firstElement;
  private long firstRow;
  private int rows;
  private int columns;

  Tile() {}

  void loadRows(TensorTask task, long first, int count) {
    columns = (int) task.output().columns();
    firstRow = first;
    firstElement = first * columns;
    rows = count;
    reserve(task, Math.multiplyExact(rows, columns));
    for (int k = 0; k < models.length; k++) {
      task.sources().get(k).rows().read(first, count, models[k]);
    }
    if (task.base().isPresent()) {
      task.base().get().read(first, count, base);
    }
  }

  /** Loads a run of elements of a task whose ingredients lie in memory. */
  void loadRun(TensorTask task, long first, int count) {
    loadRuns(task, new long[] {first}, count);
    firstElement = first;
  }

  /** Loads runs of elements from all over a tensor, one after the other, as one row. */
  void loadRuns(TensorTask task, long[] starts, int run) {
    firstElement = 0;
    firstRow = 0;
    rows = 1;
    columns = starts.length * run;
    reserve(task, columns);
    for (int k = 0; k < models.length; k++) {
      gather((TensorView) task.sources().get(k).rows(), starts, run, models[k]);
    }
    if (task.base().isPresent()) {
      gather((TensorView) task.base().get(), starts, run, base);
    }
  }

  private static void gather(TensorView view, long[] starts, int run, float[] target) {
    int width = view.spec().dtype().bits() / Byte.SIZE;
    for (int i = 0; i < starts.length; i++) {
      FloatConversion.widen(
          view.spec().dtype(), view.data(), starts[i] * width, target, i * run, run);
    }
  }

  private void reserve(TensorTask task, int size) {
    before = NOTHING;
    if (models.length != task.sources().size()) {
      models = new float[task.sources().size()][0];
    }
    for (int k = 0; k < models.length; k++) {
      models[k] = atLeast(models[k], size);
    }
    if (task.base().isPresent()) {
      base = atLeast(base, size);
    }
    out = atLeast(out, size);
  }

  private static float[] atLeast(float[] buffer, int size) {
    return buffer.length >= size ? buffer : new float[size];
  }

  void setBefore(long[] counts) {
    before = counts;
  }

  /** What a step counted in all earlier tiles, for a step that counts. */
  public long[] before() {
    return before;
  }

  /** The base's values; undefined where the task has no base. */
  public float[] base() {
    return base;
  }

  /** The sources' values, in the order of the task. */
  public float[][] models() {
    return models;
  }

  /** Where the merged values go. */
  public float[] out() {
    return out;
  }

  /** Index of the first row within the tensor; undefined for a run of elements. */
  public long firstRow() {
    return firstRow;
  }

  /** Number of rows. */
  public int rows() {
    return rows;
  }

  /** Length of a row. */
  public int columns() {
    return columns;
  }

  /** Number of elements. */
  public int count() {
    return rows * columns;
  }

  /** Number of the first element within the tensor. */
  public long firstElement() {
    return firstElement;
  }
}
