package org.cycleqd.report;

import java.util.Arrays;
import java.util.List;

/**
 * How alike the experts are, by one measure.
 *
 * @param title what was compared, such as {@code Cosine of task vectors}
 * @param experts names, in the order of rows and columns
 * @param cosines [K][K] cosines in [-1, 1], by rows
 */
public record Similarity(String title, List<String> experts, List<List<Double>> cosines) {

  /** Copies the lists. */
  public Similarity {
    experts = List.copyOf(experts);
    cosines = cosines.stream().map(List::copyOf).toList();
  }

  /** Takes a matrix as arrays. */
  public static Similarity of(String title, List<String> experts, double[][] cosines) {
    return new Similarity(
        title,
        experts,
        Arrays.stream(cosines).map(row -> Arrays.stream(row).boxed().toList()).toList());
  }
}
