package org.cycleqd.engine;

import static org.assertj.core.api.Assertions.assertThat;

import org.cycleqd.random.Draws;
import org.junit.jupiter.api.Test;

class PriorPosteriorRatioTest {

  private static final int ITEMS = 60;

  /** The whole sequence misses the truth no more often than its level says. */
  @Test
  void theTruthIsInAllSetsOfASequence() {
    int runs = 2000;
    double error = 0.1;
    int missed = 0;
    long width = 0;
    for (int run = 0; run < runs; run++) {
      Draws draws = Draws.at(3, "sequence", run);
      int truth = draws.child("truth").below(0, ITEMS + 1);
      int solved = 0;
      boolean inside = true;
      for (int drawn = 1; drawn <= ITEMS; drawn++) {
        // The next item of an urn that still holds truth - solved among ITEMS - drawn + 1.
        solved += draws.child("urn").below(drawn, ITEMS - drawn + 1) < truth - solved ? 1 : 0;
        PriorPosteriorRatio set = PriorPosteriorRatio.of(ITEMS, drawn, solved, error);
        inside &= set.least() <= truth && truth <= set.most();
        width += drawn == ITEMS / 2 ? set.most() - set.least() : 0;
      }
      missed += inside ? 0 : 1;
    }
    // Three standard errors above the level.
    assertThat(missed).isLessThan((int) (runs * error + 3 * Math.sqrt(runs * error * (1 - error))));
    assertThat(width / (double) runs).isLessThan(ITEMS / 2.0);
  }

  @Test
  void theEndsAreExact() {
    assertThat(PriorPosteriorRatio.of(ITEMS, 0, 0, 0.01))
        .isEqualTo(new PriorPosteriorRatio(0, ITEMS));
    assertThat(PriorPosteriorRatio.of(ITEMS, ITEMS, 17, 0.01))
        .isEqualTo(new PriorPosteriorRatio(17, 17));
    // h(0 | 1) after half of the items is 1/2, above 0.51 / 3; with four items in all h(0 | 2) =
    // 1/6.
    assertThat(PriorPosteriorRatio.of(4, 2, 0, 0.51)).isEqualTo(new PriorPosteriorRatio(0, 1));
    assertThat(PriorPosteriorRatio.of(4, 2, 0, 0.49)).isEqualTo(new PriorPosteriorRatio(0, 2));
  }
}
