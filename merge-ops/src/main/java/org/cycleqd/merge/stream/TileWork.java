package org.cycleqd.merge.stream;

import java.io.IOException;

/**
 * What is done with each tile; called by several threads at a time, each with a tile of its own.
 */
@FunctionalInterface
public interface TileWork {

  /**
   * Works on one tile.
   *
   * @param worker number of the thread, from 0
   * @throws IOException if a result cannot be stored; the other tiles are then given up
   */
  void accept(Tile tile, int worker) throws IOException;
}
