package org.cycleqd.engine;

import org.cycleqd.archive.ArchiveSnapshot;

/** The JSON form of archives, for files and pages that show them. */
public final class ArchiveJson {

  private ArchiveJson() {}

  /**
   * {@code {"task", "axes": [{"task", "low", "high", "bins"}], "cells": [{"cell", "candidate",
   * "scores"}]}}; scores are in task order and in [0, 1].
   */
  public static String write(ArchiveSnapshot snapshot) {
    return RecordJson.snapshot(snapshot).toString();
  }
}
