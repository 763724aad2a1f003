package org.cycleqd.pool;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What the last candidates answered, as guesses at what their children will. Safe for use by
 * several threads. It may forget: a guess changes only the speed.
 */
final class AnswerMemory {

  private final Map<Integer, List<int[]>> answers;

  /**
   * An empty memory.
   *
   * @param candidates how many are remembered; those that were of no use for longest go first
   */
  AnswerMemory(int candidates) {
    this.answers =
        new LinkedHashMap<>(16, 0.75f, true) {
          @Override
          protected boolean removeEldestEntry(Map.Entry<Integer, List<int[]>> eldest) {
            return size() > candidates;
          }
        };
  }

  synchronized void put(int candidate, List<int[]> own) {
    answers.put(candidate, List.copyOf(own));
  }

  /** The answers of the first of these candidates that is remembered, or none. */
  synchronized List<int[]> first(List<Integer> candidates) {
    for (int candidate : candidates) {
      List<int[]> found = answers.get(candidate);
      if (found != null) {
        return found;
      }
    }
    return List.of();
  }
}
