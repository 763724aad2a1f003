package org.cycleqd.checkpoint;

/**
 * How far two tensors of one name and shape are apart, as float32 values.
 *
 * <p>Equal bits are no difference, infinities and NaNs included. Sums are in double precision.
 *
 * @param tensor the tensor's name
 * @param elements number of elements
 * @param differing how many of them have different bits
 * @param maximum largest |a - b|; NaN if one is
 * @param squaredDifference sum of (a - b)^2
 * @param squaredFirst sum of a^2
 * @param squaredSecond sum of b^2
 * @param product sum of a b
 */
public record TensorDistance(
    String tensor,
    long elements,
    long differing,
    double maximum,
    double squaredDifference,
    double squaredFirst,
    double squaredSecond,
    double product) {

  /** The distance of two tensors without elements. */
  static TensorDistance none(String tensor) {
    return new TensorDistance(tensor, 0, 0, 0, 0, 0, 0, 0);
  }

  /** Relative Frobenius distance ||a - b|| / ||a||; 0 if nothing differs. */
  public double relative() {
    return squaredDifference == 0 ? 0 : Math.sqrt(squaredDifference / squaredFirst);
  }

  /** Cosine of the angle between the tensors as vectors; NaN if one is zero. */
  public double cosine() {
    if (differing == 0 && squaredFirst > 0) {
      return 1;
    }
    return product / (Math.sqrt(squaredFirst) * Math.sqrt(squaredSecond));
  }

  /** The distance of both pairs together, under this one's name. */
  public TensorDistance plus(TensorDistance other) {
    return new TensorDistance(
        tensor,
        elements + other.elements,
        differing + other.differing,
        Math.max(maximum, other.maximum),
        squaredDifference + other.squaredDifference,
        squaredFirst + other.squaredFirst,
        squaredSecond + other.squaredSecond,
        product + other.product);
  }
}
