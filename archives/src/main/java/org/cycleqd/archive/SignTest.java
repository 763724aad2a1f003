package org.cycleqd.archive;

/**
 * Whether one candidate is better than another on the same items: the exact sign test over the
 * items that they score differently, one-sided. With items that score 0 or 1 it is McNemar's exact
 * test.
 */
final class SignTest {

  private SignTest() {}

  /**
   * The probability of at least so many items in favour of a challenger if each differing item were
   * as likely to favour either.
   *
   * <p>One of the two may have been asked more items; the first ones are common to both.
   */
  static double probability(ItemVector challenger, ItemVector incumbent) {
    int better = 0;
    int different = 0;
    for (int i = 0; i < Math.min(challenger.size(), incumbent.size()); i++) {
      better += challenger.get(i) > incumbent.get(i) ? 1 : 0;
      different += challenger.get(i) == incumbent.get(i) ? 0 : 1;
    }
    return tail(different, better);
  }

  /** P(X >= least) for X ~ Binomial(n, 1/2), summed in logarithms so that no n is too large. */
  private static double tail(int n, int least) {
    double logChoose = -n * StrictMath.log(2);
    double sum = 0;
    for (int k = 0; k <= n; k++) {
      sum += k >= least ? StrictMath.exp(logChoose) : 0;
      logChoose += StrictMath.log(n - k) - StrictMath.log(k + 1);
    }
    return Math.min(1, sum);
  }
}
