package org.cycleqd.archive;

import java.util.List;

/** The places of an archive. */
public sealed interface CellLayout permits Tessellation, Places {

  /** The behaviour characteristics with the ranges that count. */
  List<Axis> axes();

  /** Number of places. */
  int cells();
}
