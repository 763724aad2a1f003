package org.cycleqd.merge.stream;

import java.io.IOException;

/** Changes a tile in place; part of one walk over a tensor. */
@FunctionalInterface
public interface TileStep {

  /**
   * Changes the tile.
   *
   * @throws IOException if the walk was given up
   */
  void apply(Tile tile) throws IOException;
}
