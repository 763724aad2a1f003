package org.cycleqd.task.pico;

import java.util.ArrayList;
import java.util.List;

/** What is left of a chain of steps when some are left out. */
final class Subchains {

  private Subchains() {}

  /** Every subsequence that lacks at least one step, the empty one included. */
  static <T> List<List<T>> of(List<T> chain) {
    int whole = (1 << chain.size()) - 1;
    List<List<T>> parts = new ArrayList<>(whole);
    for (int kept = 0; kept < whole; kept++) {
      List<T> part = new ArrayList<>(chain.size());
      for (int i = 0; i < chain.size(); i++) {
        if ((kept >> i & 1) == 1) {
          part.add(chain.get(i));
        }
      }
      parts.add(part);
    }
    return parts;
  }
}
