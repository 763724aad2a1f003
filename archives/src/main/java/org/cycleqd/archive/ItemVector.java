package org.cycleqd.archive;

/** The scores of one task's items. */
public interface ItemVector {

  /** Number of items. */
  int size();

  /** The score of an item, from 0; in [0, 1]. */
  double get(int item);
}
