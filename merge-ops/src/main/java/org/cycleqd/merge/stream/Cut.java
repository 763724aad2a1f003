package org.cycleqd.merge.stream;

/**
 * Which elements are the largest: all above a magnitude, and of those that equal it the first ones
 * in the order of the tensor.
 *
 * @param magnitude the smallest magnitude among the largest
 * @param taken how many elements of exactly that magnitude are among them
 * @param equal how many there are
 */
public record Cut(float magnitude, long taken, long equal) {

  /** No element is among the largest. */
  static final Cut NONE = new Cut(Float.POSITIVE_INFINITY, 0, 0);

  /** Every element is. */
  static final Cut ALL = new Cut(0, Long.MAX_VALUE, Long.MAX_VALUE);

  /** Whether the order decides between elements of the same magnitude. */
  public boolean splitsEquals() {
    return taken > 0 && taken < equal;
  }
}
