package org.cycleqd.spectral.svf;

import java.util.Arrays;
import java.util.stream.Collectors;

/**
 * How a vector z scales singular values S: {@code W' = U diag(f(z) * S) V^T}. All vectors have r =
 * min(m, n) elements for a matrix [m, n].
 */
public enum SvfRule {
  /**
   * {@code f = (sum S / sum(S * sigmoid(z))) sigmoid(z)}, which keeps the sum of the singular
   * values, as in the program that the authors of Transformer-squared (arXiv 2501.06252) published.
   * Any vector of equal numbers is neutral.
   */
  NUCLEAR_NORM("nuclear-norm", 0) {
    @Override
    double[] deviation(double[] values, double[] z) {
      double[] mask = sigmoid(z);
      double weight = weight(values, mask);
      // Differences of masks, not of factors, are exactly zero where the vector is neutral.
      double[] difference = new double[mask.length];
      double sum = 0;
      double shift = 0;
      for (int i = 0; i < mask.length; i++) {
        difference[i] = mask[i] - mask[0];
        sum += values[i];
        shift += values[i] * difference[i];
      }
      for (int i = 0; i < mask.length; i++) {
        difference[i] = weight == 0 ? 0 : (sum * difference[i] - shift) / weight;
      }
      return difference;
    }

    @Override
    double[] slope(double[] values, double[] z, double[] projected) {
      double[] mask = sigmoid(z);
      double weight = weight(values, mask);
      double sum = 0;
      double pull = 0;
      for (int i = 0; i < mask.length; i++) {
        sum += values[i];
        pull += values[i] * mask[i] * projected[i];
      }
      double[] slope = new double[mask.length];
      for (int i = 0; i < mask.length && weight > 0; i++) {
        double ofMask = sum / weight * values[i] * (projected[i] - pull / weight);
        slope[i] = ofMask * mask[i] * (1 - mask[i]);
      }
      return slope;
    }

    @Override
    double[] inverted(double[] factors) {
      double most = Arrays.stream(factors).max().orElse(1);
      double[] z = new double[factors.length];
      for (int i = 0; i < z.length; i++) {
        double mask = Math.max(factors[i] / most, SMALLEST_MASK) / 2;
        z[i] = most > 0 ? Math.log(mask) - Math.log1p(-mask) : 0;
      }
      return z;
    }
  },

  /** {@code f = z}, as the paper prints it (arXiv 2501.06252, section 3); ones are neutral. */
  PLAIN("plain", 1) {
    @Override
    double[] deviation(double[] values, double[] z) {
      return Arrays.stream(z).map(factor -> factor - 1).toArray();
    }

    @Override
    double[] slope(double[] values, double[] z, double[] projected) {
      double[] slope = new double[z.length];
      for (int i = 0; i < z.length; i++) {
        slope[i] = values[i] * projected[i];
      }
      return slope;
    }

    @Override
    double[] inverted(double[] factors) {
      return factors.clone();
    }
  };

  /** Where a sigmoid stands for a factor of zero or less. */
  private static final double SMALLEST_MASK = 1e-6;

  private final String spelling;
  private final float neutral;

  SvfRule(String spelling, float neutral) {
    this.spelling = spelling;
    this.neutral = neutral;
  }

  abstract double[] deviation(double[] values, double[] z);

  abstract double[] slope(double[] values, double[] z, double[] projected);

  abstract double[] inverted(double[] factors);

  /** The name in files and options. */
  public String spelling() {
    return spelling;
  }

  /** A vector of this number leaves the matrix as it is. */
  public float neutral() {
    return neutral;
  }

  /**
   * The rule of this spelling.
   *
   * @throws IllegalArgumentException if there is none
   */
  public static SvfRule of(String spelling) {
    return Arrays.stream(values())
        .filter(rule -> rule.spelling.equals(spelling))
        .findFirst()
        .orElseThrow(() ->
            new IllegalArgumentException(
                "rule: found %s, expected one of %s"
                    .formatted(
                        spelling,
                        Arrays.stream(values())
                            .map(SvfRule::spelling)
                            .collect(Collectors.joining(", ")))));
  }

  /**
   * {@code f(z) - 1}, without the noise of a subtraction: exactly zero for a neutral vector.
   *
   * @param values S, none negative
   * @param z as many numbers
   * @throws IllegalArgumentException if the lengths differ, or z lets all singular values vanish
   */
  public double[] deviations(double[] values, double[] z) {
    requireLength("z", values, z);
    return deviation(values, z);
  }

  /**
   * The gradient of a loss L by z in closed form: {@code dL/dz_i = (sum S / T) S_i (g_i - Q / T)
   * m_i (1 - m_i)} with {@code m = sigmoid(z)}, {@code T = sum S m} and {@code Q = sum S m g}; for
   * the plain rule {@code S_i g_i}.
   *
   * @param values S
   * @param z as many numbers
   * @param projected {@code g_i = u_i^T (dL/dW') v_i}
   */
  public double[] gradient(double[] values, double[] z, double[] projected) {
    requireLength("z", values, z);
    requireLength("projected gradient", values, projected);
    return slope(values, z, projected);
  }

  /**
   * A vector whose factors are these, up to the scale that the rule fixes; factors that a rule
   * cannot have become the smallest that it can.
   */
  public double[] inverse(double[] factors) {
    return inverted(factors);
  }

  private static void requireLength(String what, double[] values, double[] found) {
    if (found.length != values.length) {
      throw new IllegalArgumentException(
          "%s: found %d numbers, expected %d".formatted(what, found.length, values.length));
    }
  }

  private static double[] sigmoid(double[] z) {
    return Arrays.stream(z).map(value -> 1 / (1 + Math.exp(-value))).toArray();
  }

  /** {@code sum(S * mask)}; zero for a matrix of zeros only. */
  private static double weight(double[] values, double[] mask) {
    double weight = 0;
    double sum = 0;
    for (int i = 0; i < mask.length; i++) {
      weight += values[i] * mask[i];
      sum += values[i];
    }
    if (weight == 0 && sum > 0) {
      throw new IllegalArgumentException(
          "z: found numbers whose sigmoids are all zero, expected one that keeps a singular value");
    }
    return weight;
  }
}
