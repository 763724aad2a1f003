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
   * @param piece the piece of the tensor that the tile is part of; its tiles come one after the
   *     other on the same thread
   * @throws IOException if a result cannot be stored; the other tiles are then given up
   */
  void accept(Tile tile, Piece piece) throws IOException;

  /**
   * A run of elements that one thread works on at a time.
   *
   * @param first number of its first element
   * @param count of its elements
   * @param worker number of the thread, from 0
   */
  record Piece(long first, int count, int worker) {}
}
