package org.cycleqd.experiment;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Finds what was probably meant by a misspelt name. */
final class NearestName {

  private NearestName() {}

  /** A sentence part for an error message: the nearest name, or else all that are known. */
  static String hint(String name, Collection<String> known) {
    return of(name, known)
        .map(near -> "; did you mean `" + near + "`?")
        .orElseGet(() -> "; known: " + String.join(", ", known));
  }

  /** The known name with the fewest edits, if a third of the letters are enough. */
  static Optional<String> of(String name, Collection<String> known) {
    return known.stream()
        .filter(candidate -> distance(name, candidate) <= Math.max(1, candidate.length() / 3))
        .min(Comparator.comparingInt(candidate -> distance(name, candidate)));
  }

  /** As {@link #of}, for the values of a list. */
  static String oneOf(List<String> known) {
    return known.size() == 1 ? known.getFirst() : "one of " + String.join(", ", known);
  }

  /** Edits (insert, delete, replace, swap of neighbours) between two names. */
  static int distance(String a, String b) {
    int[][] edits = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      for (int j = 0; j <= b.length(); j++) {
        edits[i][j] = i == 0 || j == 0 ? i + j : step(edits, a, b, i, j);
      }
    }
    return edits[a.length()][b.length()];
  }

  private static int step(int[][] edits, String a, String b, int i, int j) {
    int replace = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
    int least = Math.min(edits[i - 1][j], edits[i][j - 1]) + 1;
    least = Math.min(least, edits[i - 1][j - 1] + replace);
    if (i > 1
        && j > 1
        && a.charAt(i - 1) == b.charAt(j - 2)
        && a.charAt(i - 2) == b.charAt(j - 1)) {
      least = Math.min(least, edits[i - 2][j - 2] + 1);
    }
    return least;
  }
}
