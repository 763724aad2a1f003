package org.cycleqd.archive;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Arrays;

/**
 * A behaviour characteristic cut into bins of equal width.
 *
 * <p>Bin {@code b} holds the scores from {@code boundary(b)} inclusive to {@code boundary(b + 1)}
 * exclusive. Scores below the range fall into the first bin, scores at or above its upper end into
 * the last. Boundaries are computed once, in decimal arithmetic from the shortest decimal form of
 * the ends, so that on [0, 0.1] with ten bins the score 0.03 is the boundary it looks like.
 */
public final class Axis {

  private final String task;
  private final double[] boundaries;
  private final double binsPerUnit;

  private Axis(String task, double[] boundaries) {
    this.task = task;
    this.boundaries = boundaries;
    int bins = boundaries.length - 1;
    this.binsPerUnit = bins / (boundaries[bins] - boundaries[0]);
  }

  /**
   * Cuts a range into bins.
   *
   * @param task name of the task whose score is measured
   * @param low lower end of the range
   * @param high upper end of the range
   * @param bins number of bins, at least 1
   * @throws IllegalArgumentException if the ends are not finite and in order, there is no bin, or
   *     the range is too narrow for that many bins in double precision
   */
  public static Axis of(String task, double low, double high, int bins) {
    if (bins < 1) {
      throw new IllegalArgumentException(
          "axis %s: bins must be positive, was %d".formatted(task, bins));
    }
    if (!Double.isFinite(low) || !Double.isFinite(high) || !(low < high)) {
      throw new IllegalArgumentException(
          "axis %s: a range needs finite ends with low < high, got %s to %s"
              .formatted(task, low, high));
    }
    BigDecimal start = BigDecimal.valueOf(low);
    BigDecimal width = BigDecimal.valueOf(high).subtract(start);
    double[] boundaries = new double[bins + 1];
    for (int b = 0; b <= bins; b++) {
      BigDecimal offset =
          width
              .multiply(BigDecimal.valueOf(b))
              .divide(BigDecimal.valueOf(bins), MathContext.DECIMAL128);
      boundaries[b] = start.add(offset).doubleValue();
      if (b > 0 && boundaries[b] <= boundaries[b - 1]) {
        throw new IllegalArgumentException(
            "axis %s: %s to %s is too narrow for %d bins".formatted(task, low, high, bins));
      }
    }
    return new Axis(task, boundaries);
  }

  /** Cuts a range into bins. */
  public static Axis of(String task, Range range, int bins) {
    return of(task, range.low(), range.high(), bins);
  }

  /** Name of the task whose score is measured. */
  public String task() {
    return task;
  }

  /** Lower end of the range. */
  public double low() {
    return boundaries[0];
  }

  /** Upper end of the range. */
  public double high() {
    return boundaries[bins()];
  }

  /** Number of bins. */
  public int bins() {
    return boundaries.length - 1;
  }

  /** Lower end of bin {@code index}; {@code boundary(bins())} is the upper end of the range. */
  public double boundary(int index) {
    return boundaries[index];
  }

  /**
   * The bin of a score, 0 to bins - 1.
   *
   * @throws IllegalArgumentException if the score is not finite
   */
  public int bin(double score) {
    if (!Double.isFinite(score)) {
      throw new IllegalArgumentException(
          "axis %s: a score must be finite, was %s".formatted(task, score));
    }
    // The quotient is rounded and may miss by one; the boundaries decide. Casting a double to an
    // int
    // saturates, so scores however far outside end in the first or the last bin.
    int last = boundaries.length - 2;
    int bin = Math.clamp((int) ((score - boundaries[0]) * binsPerUnit), 0, last);
    while (bin > 0 && score < boundaries[bin]) {
      bin--;
    }
    while (bin < last && score >= boundaries[bin + 1]) {
      bin++;
    }
    return bin;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Axis axis
        && task.equals(axis.task)
        && Arrays.equals(boundaries, axis.boundaries);
  }

  @Override
  public int hashCode() {
    return 31 * task.hashCode() + Arrays.hashCode(boundaries);
  }

  @Override
  public String toString() {
    return "Axis[%s, %s to %s, %d bins]".formatted(task, low(), high(), bins());
  }
}
