package org.cycleqd.merge.stream;

/** Computes what is ranked from a loaded tile. */
@FunctionalInterface
public interface Channels {

  /** One array for each channel, elements in the order of the tile; may be buffers of the tile. */
  float[][] of(Tile tile);
}
