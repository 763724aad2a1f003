package org.cycleqd.engine;

import java.util.Arrays;

/** The scores of one task's items, each in [0, 1], as far as they are known. */
public final class SeenScores {

  private final double[] values;
  private final int seen;

  private SeenScores(double[] values, int seen) {
    this.values = values;
    this.seen = seen;
  }

  /**
   * Scores in item order, NaN where one is not known.
   *
   * @throws IllegalArgumentException if there is no item or a known score is outside [0, 1]
   */
  public static SeenScores of(double... values) {
    SeenScores scores = none(values.length);
    for (int i = 0; i < values.length; i++) {
      if (!Double.isNaN(values[i])) {
        scores = scores.with(new int[] {i}, values[i]);
      }
    }
    return scores;
  }

  /** No score known yet. */
  static SeenScores none(int items) {
    if (items < 1) {
      throw new IllegalArgumentException("a task needs at least one item to have a score");
    }
    double[] values = new double[items];
    Arrays.fill(values, Double.NaN);
    return new SeenScores(values, 0);
  }

  /**
   * With more scores known.
   *
   * @param items numbers of items that were not known
   * @param scores their scores
   */
  SeenScores with(int[] items, double... scores) {
    double[] copy = values.clone();
    for (int i = 0; i < items.length; i++) {
      if (!Double.isNaN(copy[items[i]])) {
        throw new IllegalArgumentException("item %d was known".formatted(items[i]));
      }
      if (!(scores[i] >= 0 && scores[i] <= 1)) {
        throw new IllegalArgumentException(
            "item %d: a score must lie in [0, 1], was %s".formatted(items[i], scores[i]));
      }
      copy[items[i]] = scores[i] + 0.0; // -0.0 becomes 0.0, as in ItemScores
    }
    return new SeenScores(copy, seen + items.length);
  }

  /** Number of items. */
  public int size() {
    return values.length;
  }

  /** Number of items whose score is known. */
  public int seen() {
    return seen;
  }

  /** Whether an item's score is known. */
  public boolean knows(int item) {
    return !Double.isNaN(values[item]);
  }

  /** The score of an item, from 0; NaN where it is not known. */
  public double get(int item) {
    return values[item];
  }

  /** Sum of the known scores. */
  double sum() {
    double sum = 0;
    for (double value : values) {
      sum += Double.isNaN(value) ? 0 : value;
    }
    return sum;
  }

  /** Whether every known score is 0 or 1. */
  boolean binary() {
    return Arrays.stream(values).allMatch(value -> Double.isNaN(value) || value == 0 || value == 1);
  }

  /**
   * The task's score if each unknown item had this score. With 0 and 1 these are bounds of the
   * score that hold exactly, in rounded arithmetic too: the terms are added in item order as {@link
   * ItemScores#mean} adds them, and rounding keeps the order of sums.
   */
  public double mean(double unknown) {
    double sum = 0;
    for (double value : values) {
      sum += Double.isNaN(value) ? unknown : value;
    }
    return sum / values.length;
  }

  /** All scores, once all are known. */
  ItemScores complete() {
    return ItemScores.of(values);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof SeenScores scores && Arrays.equals(values, scores.values);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(values);
  }

  @Override
  public String toString() {
    return "SeenScores[%d of %d items]".formatted(seen, values.length);
  }
}
