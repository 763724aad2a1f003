package org.cycleqd.merge.stream;

/** Changes a tile in place, or computes its {@link Tile#out}; part of one walk over a tensor. */
@FunctionalInterface
public interface TileStep {

  /** Does the step. */
  void apply(Tile tile);

  /**
   * Whether an element depends on the elements at its own place only. Such a step may be given any
   * run of elements, as a tile of one row.
   */
  default boolean isElementwise() {
    return false;
  }

  /**
   * How many things the step counts; what it does then depends on {@link Tile#before}, the numbers
   * of them in all earlier tiles.
   */
  default int counters() {
    return 0;
  }

  /**
   * Counts in a freshly loaded tile, which is loaded anew afterwards.
   *
   * @param counts receives {@link #counters} numbers
   */
  default void count(Tile tile, long[] counts) {}

  /** A step on elements without memory. */
  @FunctionalInterface
  interface Stateless extends TileStep {
    @Override
    default boolean isElementwise() {
      return true;
    }
  }
}
