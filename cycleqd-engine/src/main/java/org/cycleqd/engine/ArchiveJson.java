package org.cycleqd.engine;

import org.cycleqd.archive.ArchiveSnapshot;

/** The JSON form of archives, for files and pages that show them. */
public final class ArchiveJson {

  private ArchiveJson() {}

  /**
   * {@code {"task", "axes": [{"task", "low", "high", "bins"}], "cells": [{"cell", "candidate",
   * "scores"}]}}; scores are in task order and in [0, 1]. Before the cells stand "centroids", one
   * array of scores per cell, where cells have some, and "capacity" where there are none.
   */
  public static String write(ArchiveSnapshot snapshot) {
    return LayoutJson.snapshot(snapshot).toString();
  }
}
