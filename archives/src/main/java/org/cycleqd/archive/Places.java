package org.cycleqd.archive;

import java.util.List;

/**
 * Places that belong to no part of behaviour space, as dominated novelty search has them.
 *
 * @param axes the behaviour characteristics; distances count in units of their ranges
 * @param cells number of places
 */
public record Places(List<Axis> axes, int cells) implements CellLayout {

  /** Copies the axes and checks the number of places. */
  public Places {
    axes = List.copyOf(axes);
    if (axes.isEmpty() || cells < 1) {
      throw new IllegalArgumentException(
          "found %d axes and %d places, expected at least one of each"
              .formatted(axes.size(), cells));
    }
  }
}
