package org.cycleqd.merge.kernel;

import org.cycleqd.tensor.VectorModule;

/** Operations on the first elements of arrays, or on a run of them. */
public sealed interface MergeKernel permits ScalarKernel, VectorKernel {

  /** The fastest kernel that this JVM can load. */
  static MergeKernel fastest() {
    return VectorModule.isPresent() ? new VectorKernel() : new ScalarKernel();
  }

  /**
   * {@code out = sum_k weights[k] * inputs[k]}, summed in the order of the inputs.
   *
   * @param inputs at least one
   */
  void weightedSum(float[][] inputs, float[] weights, float[] out, int count);

  /** {@code out = base + sum_k weights[k] * (inputs[k] - base)}, summed in order. */
  void addDifferences(float[] base, float[][] inputs, float[] weights, float[] out, int count);

  /** {@code out = base + sum_k weights[k] * deltas[k]}, the changes summed first and in order. */
  void sumOnto(float[] base, float[][] deltas, float[] weights, float[] out, int count);

  /** {@code values -= base}. */
  void subtract(float[] values, float[] base, int count);

  /** {@code values *= factor}. */
  void scale(float[] values, float factor, int count);

  /**
   * The consensus of TIES: the sign of a sum wins, and only what agrees with it counts.
   *
   * <pre>
   * sign = sum of votes >= 0 ? + : -
   * out  = base + lambda * (sum of agreeing weights[k] * deltas[k]) / divisor
   * </pre>
   */
  void elect(
      float[] base, float[][] deltas, float[] weights, Election election, float[] out, int count);

  /**
   * Sets elements to zero unless an addressed coin keeps them: element {@code i} of the run is
   * number {@code index + i} of its tensor.
   *
   * @param key names the sequence of coins
   * @param threshold of 2^32 outcomes as many keep
   */
  void drop(float[] values, long key, long index, long threshold, int count);

  /**
   * Sets to zero what is not above a magnitude.
   *
   * @param inclusive whether values of exactly that magnitude stay
   */
  void keepAbove(float[] values, float magnitude, boolean inclusive, int count);

  /** Sets to zero what is not below a magnitude; {@code inclusive} as in {@link #keepAbove}. */
  void keepBelow(float[] values, float magnitude, boolean inclusive, int count);

  /** How many elements have exactly this magnitude. */
  int countEqual(float[] values, float magnitude, int count);

  /** How many more elements than {@code count} the hits of {@link #collect} need room for. */
  int SLACK = 64;

  /**
   * Collects magnitudes by the bits of their float32 form, which order as the magnitudes do.
   *
   * <p>Of each magnitude's bits {@code m}: those with {@code m - low} at or above {@code bins <<
   * shift} are counted, those with {@code m < low} are not, and of the others {@code (m - low) >>
   * shift} is collected.
   *
   * @param hits receives what is collected, in order; has room for {@code count + SLACK} of them
   * @return how many lie above in the upper, and how many were collected in the lower 32 bits
   */
  long collect(float[] values, int low, int shift, int bins, int[] hits, int count);

  /** Inner product of two runs, to about 1e-7 of the product of their norms. */
  double dot(float[] a, float[] b, int start, int count);

  /**
   * Inner products of two runs with themselves and each other.
   *
   * @param out receives {@code a.a}, {@code a.b} and {@code b.b} from {@code offset} on
   */
  void dots(float[] a, float[] b, int start, int count, double[] out, int offset);

  /** Sum of magnitudes of a run, to about 1e-7. */
  double sumOfMagnitudes(float[] values, int start, int count);

  /**
   * The first element that is not within {@code [-limit, limit]}, NaN included; -1 if there is
   * none.
   */
  int firstBeyond(float[] values, float limit, int count);
}
