package org.cycleqd.archive;

import java.util.List;
import java.util.function.IntPredicate;

/**
 * A tessellation of behaviour space into the product of the axes' bins. Cells are numbered row by
 * row, the last axis fastest.
 *
 * @param axes one axis per behaviour characteristic, at least one
 */
public record Grid(List<Axis> axes) implements Tessellation {

  /** Copies the axes and checks that the number of cells fits an int. */
  public Grid {
    axes = List.copyOf(axes);
    if (axes.isEmpty()) {
      throw new IllegalArgumentException("a grid needs at least one axis");
    }
    long cells = 1;
    for (Axis axis : axes) {
      cells *= axis.bins();
      if (cells > Integer.MAX_VALUE) {
        throw new IllegalArgumentException(
            "a grid over %s has more than %d cells".formatted(axes, Integer.MAX_VALUE));
      }
    }
  }

  @Override
  public int cells() {
    return axes.stream().mapToInt(Axis::bins).reduce(1, (product, bins) -> product * bins);
  }

  @Override
  public int cell(double... characteristics) {
    if (characteristics.length != axes.size()) {
      throw new IllegalArgumentException(
          "a grid of %d axes got %d scores".formatted(axes.size(), characteristics.length));
    }
    int cell = 0;
    for (int a = 0; a < characteristics.length; a++) {
      Axis axis = axes.get(a);
      cell = cell * axis.bins() + axis.bin(characteristics[a]);
    }
    return cell;
  }

  /** Exact: bins are ordered as the scores are. */
  @Override
  public boolean reaches(double[] low, double[] high, IntPredicate test) {
    int[] first = new int[axes.size()];
    int[] last = new int[axes.size()];
    for (int a = 0; a < first.length; a++) {
      first[a] = axes.get(a).bin(low[a]);
      last[a] = axes.get(a).bin(high[a]);
    }
    return reaches(first, last, 0, 0, test);
  }

  private boolean reaches(int[] first, int[] last, int axis, int prefix, IntPredicate test) {
    if (axis == first.length) {
      return test.test(prefix);
    }
    boolean reached = false;
    for (int bin = first[axis]; bin <= last[axis] && !reached; bin++) {
      reached = reaches(first, last, axis + 1, prefix * axes.get(axis).bins() + bin, test);
    }
    return reached;
  }

  /** The bins of a cell, one per axis. */
  public List<Integer> bins(int cell) {
    Integer[] bins = new Integer[axes.size()];
    int rest = cell;
    for (int a = bins.length - 1; a >= 0; a--) {
      int count = axes.get(a).bins();
      bins[a] = rest % count;
      rest /= count;
    }
    if (cell < 0 || rest != 0) {
      throw new IndexOutOfBoundsException("cell %d of %d".formatted(cell, cells()));
    }
    return List.of(bins);
  }
}
