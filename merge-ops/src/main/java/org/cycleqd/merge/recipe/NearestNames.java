package org.cycleqd.merge.recipe;

import java.util.Collection;
import java.util.Comparator;
import java.util.stream.Collectors;

/** Known names, those first that look most like one that is not known. */
public final class NearestNames {

  private NearestNames() {}

  /** The names, separated by commas. */
  public static String first(String name, Collection<String> known) {
    return known.stream()
        .sorted(Comparator.comparingInt(key -> -commonEnds(name, key)))
        .collect(Collectors.joining(", "));
  }

  private static int commonEnds(String a, String b) {
    int most = Math.min(a.length(), b.length());
    int front = 0;
    while (front < most && a.charAt(front) == b.charAt(front)) {
      front++;
    }
    int back = 0;
    while (back < most - front
        && a.charAt(a.length() - 1 - back) == b.charAt(b.length() - 1 - back)) {
      back++;
    }
    return front + back;
  }
}
