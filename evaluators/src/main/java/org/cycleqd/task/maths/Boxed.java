package org.cycleqd.task.maths;

import java.util.Optional;

/** The boxes that answers of MATH stand in. */
final class Boxed {

  private Boxed() {}

  /** The content of the last box, {@code \boxed{...}}, {@code \fbox{...}} or {@code \boxed x}. */
  static Optional<String> last(String text) {
    int at = Math.max(text.lastIndexOf("\\boxed"), text.lastIndexOf("\\fbox"));
    if (at < 0) {
      return Optional.empty();
    }
    int start = at + (text.startsWith("\\boxed", at) ? 6 : 5);
    while (start < text.length() && text.charAt(start) == ' ') {
      start++;
    }
    if (start >= text.length()) {
      return Optional.empty();
    }
    if (text.charAt(start) != '{') {
      int end = text.indexOf('$', start);
      return Optional.of(text.substring(start, end < 0 ? text.length() : end).strip());
    }
    int end = closing(text, start);
    return end < 0 ? Optional.empty() : Optional.of(text.substring(start + 1, end));
  }

  /** The index of the brace that closes the one at an index, or -1. */
  static int closing(String text, int open) {
    int depth = 0;
    for (int i = open; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '\\') {
        i++;
      } else if (c == '{') {
        depth++;
      } else if (c == '}' && --depth == 0) {
        return i;
      }
    }
    return -1;
  }
}
