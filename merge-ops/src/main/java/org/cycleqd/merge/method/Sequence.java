package org.cycleqd.merge.method;

import org.cycleqd.merge.stream.Tile;
import org.cycleqd.merge.stream.TileStep;

/** Two steps on one tile; only the first one may count. */
record Sequence(TileStep first, TileStep second) implements TileStep {

  @Override
  public void apply(Tile tile) {
    first.apply(tile);
    second.apply(tile);
  }

  @Override
  public boolean isElementwise() {
    return first.isElementwise();
  }

  @Override
  public int counters() {
    return first.counters();
  }

  @Override
  public void count(Tile tile, long[] counts) {
    first.count(tile, counts);
  }
}
