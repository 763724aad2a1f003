package org.cycleqd.engine;

/**
 * How many of a finite number of items are solved, given those of some that were drawn at random
 * without replacement: the prior-posterior-ratio confidence sequence with a uniform prior
 * (Waudby-Smith and Ramdas, arXiv 2006.04347, theorem 2.1).
 *
 * <p>A number {@code N} is in the set while its prior is less than {@code 1 / error} times its
 * posterior. With the hypergeometric likelihood {@code h(s | N)} of {@code s} solved among {@code
 * m} drawn, whose average under the uniform prior is {@code 1 / (m + 1)}, this says {@code h(s | N)
 * > error / (m + 1)}. The truth is in all sets of a sequence of draws with a probability of at
 * least {@code 1 - error}.
 *
 * @param least smallest number in the set
 * @param most largest number in the set
 */
record PriorPosteriorRatio(int least, int most) {

  /**
   * The set after some draws.
   *
   * @param items number of items
   * @param drawn how many were drawn
   * @param solved how many of these are solved
   * @param error the error level of the whole sequence
   */
  static PriorPosteriorRatio of(int items, int drawn, int solved, double error) {
    double[] logFactorial = new double[items + 1];
    for (int i = 1; i <= items; i++) {
      logFactorial[i] = logFactorial[i - 1] + StrictMath.log(i);
    }
    double threshold = StrictMath.log(error / (drawn + 1));
    int least = items;
    int most = 0;
    for (int number = solved; number <= items - drawn + solved; number++) {
      double likelihood =
          logChoose(logFactorial, number, solved)
              + logChoose(logFactorial, items - number, drawn - solved)
              - logChoose(logFactorial, items, drawn);
      if (likelihood > threshold) {
        least = Math.min(least, number);
        most = Math.max(most, number);
      }
    }
    return new PriorPosteriorRatio(least, most);
  }

  private static double logChoose(double[] logFactorial, int of, int some) {
    return logFactorial[of] - logFactorial[some] - logFactorial[of - some];
  }
}
