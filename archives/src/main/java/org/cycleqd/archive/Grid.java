package org.cycleqd.archive;

import java.util.List;

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
