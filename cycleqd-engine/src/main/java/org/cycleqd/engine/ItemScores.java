package org.cycleqd.engine;

import java.util.Arrays;
import org.cycleqd.archive.ItemVector;

/** The scores of one task's items, each in [0, 1]. */
public final class ItemScores implements ItemVector {

  private final double[] values;

  private ItemScores(double[] values) {
    this.values = values;
  }

  /**
   * Scores in item order.
   *
   * @throws IllegalArgumentException if there is no item or a score is outside [0, 1]
   */
  public static ItemScores of(double... values) {
    if (values.length == 0) {
      throw new IllegalArgumentException("a task needs at least one item to have a score");
    }
    double[] copy = values.clone();
    for (int i = 0; i < copy.length; i++) {
      if (!(copy[i] >= 0 && copy[i] <= 1)) {
        throw new IllegalArgumentException(
            "item %d: a score must lie in [0, 1], was %s".formatted(i, copy[i]));
      }
      copy[i] += 0.0; // -0.0 becomes 0.0, so that equal scores are written alike
    }
    return new ItemScores(copy);
  }

  @Override
  public int size() {
    return values.length;
  }

  @Override
  public double get(int item) {
    return values[item];
  }

  /** All scores, in item order. */
  public double[] toArray() {
    return values.clone();
  }

  /** The task's score: the mean over its items, in [0, 1]. */
  public double mean() {
    double sum = 0;
    for (double value : values) {
      sum += value;
    }
    return sum / values.length;
  }

  /** Whether every item is either failed (0) or solved (1). */
  public boolean binary() {
    return Arrays.stream(values).allMatch(value -> value == 0 || value == 1);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ItemScores scores && Arrays.equals(values, scores.values);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(values);
  }

  @Override
  public String toString() {
    return "ItemScores[%d items, mean %s]".formatted(values.length, mean());
  }
}
