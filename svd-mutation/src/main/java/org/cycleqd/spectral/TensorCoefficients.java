package org.cycleqd.spectral;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Coefficients of one expert's task vector in one tensor.
 *
 * <p>Singular component {@code i} of the task vector enters the model with the factor {@code scale
 * + shift[i]}; a tensor without a factorisation enters with {@code scale}. The two parts are kept
 * apart because the first needs no singular basis to be composed and loses nothing to its rounding.
 *
 * @param scale the coefficient common to all components
 * @param shift each component's deviation from it; empty where all are zero
 */
@SuppressWarnings("ArrayRecordComponent") // compared by content, below
public record TensorCoefficients(float scale, float[] shift) {

  private static final float[] NONE = {};

  /** The same coefficient for every component. */
  public static TensorCoefficients of(double scale) {
    return new TensorCoefficients((float) scale, NONE);
  }

  /** Whether all numbers are the same, bit for bit. */
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof TensorCoefficients(float otherScale, float[] otherShift)
        && Float.floatToRawIntBits(scale) == Float.floatToRawIntBits(otherScale)
        && Arrays.equals(shift, otherShift);
  }

  @Override
  public int hashCode() {
    return 31 * Float.hashCode(scale) + Arrays.hashCode(shift);
  }

  @Override
  public String toString() {
    return scale + " + " + Arrays.toString(shift);
  }

  /** Whether components deviate from the common coefficient. */
  public boolean spectral() {
    return shift.length > 0;
  }

  /** Whether all numbers are finite. */
  public boolean finite() {
    if (!Float.isFinite(scale)) {
      return false;
    }
    for (float value : shift) {
      if (!Float.isFinite(value)) {
        return false;
      }
    }
    return true;
  }

  /**
   * {@code weight * this + otherWeight * other}, in double precision with one rounding.
   *
   * @throws IllegalArgumentException if both deviate from their common coefficient, in a different
   *     number of components
   */
  public TensorCoefficients combine(double weight, TensorCoefficients other, double otherWeight) {
    if (other.spectral()) {
      requireComponents(other.shift.length);
    }
    float[] sum = new float[Math.max(shift.length, other.shift.length)];
    for (int i = 0; i < sum.length; i++) {
      double mine = i < shift.length ? weight * shift[i] : 0.0;
      double theirs = i < other.shift.length ? otherWeight * other.shift[i] : 0.0;
      sum[i] = (float) (mine + theirs);
    }
    return new TensorCoefficients((float) (weight * scale + otherWeight * other.scale), sum);
  }

  /** Adds to the common coefficient. */
  public TensorCoefficients plusScale(double amount) {
    return new TensorCoefficients((float) (scale + amount), shift);
  }

  /**
   * Adds to each component's coefficient; {@code amounts} has one number per component.
   *
   * @throws IllegalArgumentException if there is another number of components
   */
  public TensorCoefficients plusShift(double[] amounts) {
    requireComponents(amounts.length);
    float[] sum = new float[amounts.length];
    for (int i = 0; i < sum.length; i++) {
      sum[i] = (float) ((i < shift.length ? shift[i] : 0.0) + amounts[i]);
    }
    return new TensorCoefficients(scale, sum);
  }

  private void requireComponents(int found) {
    if (spectral() && shift.length != found) {
      throw new IllegalArgumentException(
          "found %d components, expected %d".formatted(found, shift.length));
    }
  }
}
