package org.cycleqd.serve;

import java.util.List;

/**
 * Looks for texts that end an answer while it grows. What could be the beginning of one is held
 * back until it is known.
 */
final class StopTexts {

  private final List<String> stops;
  private final StringBuilder held = new StringBuilder();
  private boolean found;

  StopTexts(List<String> stops) {
    this.stops = stops;
  }

  /** Whether one was found, so that the answer is over. */
  boolean found() {
    return found;
  }

  /** Takes more text; returns what is certainly part of the answer. */
  String push(String text) {
    held.append(text);
    int first = stops.stream().mapToInt(held::indexOf).filter(i -> i >= 0).min().orElse(-1);
    if (first >= 0) {
      found = true;
      return released(first);
    }
    return released(held.length() - suspicious());
  }

  /** What is left at the end of an answer. */
  String finish() {
    return released(held.length());
  }

  private String released(int length) {
    String text = held.substring(0, length);
    held.delete(0, length);
    return text;
  }

  /** How many characters at the end could begin a stop text. */
  private int suspicious() {
    int longest = 0;
    for (String stop : stops) {
      int length = Math.min(stop.length() - 1, held.length());
      while (length > longest && !stop.startsWith(held.substring(held.length() - length))) {
        length--;
      }
      longest = Math.max(longest, length);
    }
    return longest;
  }
}
