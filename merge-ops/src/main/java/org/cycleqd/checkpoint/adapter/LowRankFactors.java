package org.cycleqd.checkpoint.adapter;

import org.cycleqd.tensor.TensorRows;

/**
 * The change of one weight matrix in factored form: s B A, before any normalisation by DoRA.
 *
 * <p>Orientation is that of the base's tensor, for embeddings too.
 *
 * @param tensor name of the weight in the base, of shape [out, in]
 * @param scale s
 * @param a A, [r, in]
 * @param b B, [out, r]
 * @param dora whether the rows of W + s B A are then scaled to trained norms (arXiv 2402.09353, eq.
 *     5), so that s B A alone is not the change
 */
public record LowRankFactors(
    String tensor, double scale, TensorRows a, TensorRows b, boolean dora) {

  /**
   * Checks that the factors can be multiplied.
   *
   * @throws IllegalArgumentException if they cannot
   */
  public LowRankFactors {
    if (a.spec().shape().size() != 2
        || b.spec().shape().size() != 2
        || a.spec().rows() != b.spec().columns()) {
      throw new IllegalArgumentException(
          "tensor %s: found A %s and B %s, expected [r, in] and [out, r]"
              .formatted(tensor, a.spec().shape(), b.spec().shape()));
    }
  }

  /** r. */
  public int rank() {
    return Math.toIntExact(a.spec().rows());
  }

  /** Columns of the weight. */
  public int inputs() {
    return Math.toIntExact(a.spec().columns());
  }

  /** Rows of the weight. */
  public int outputs() {
    return Math.toIntExact(b.spec().rows());
  }
}
