package org.cycleqd.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class EliteWeightsTest {

  private static final EliteWeights PAPER = new EliteWeights(0.5, 0.8);

  @Test
  void multipliesOneFactorPerTask() {
    double[] gamma =
        PAPER.of(List.of(List.of(0.0, 0.2, 1.0), List.of(0.4, 0.4, 0.5), List.of(0.1, 0.3, 0.0)));
    assertThat(gamma).hasSize(3);
    assertThat(gamma[0]).isCloseTo(0.5 * 0.5 * 0.8, within(1e-15));
    assertThat(gamma[1]).isCloseTo(0.8 * 0.8 * 0.65, within(1e-15));
    assertThat(gamma[2]).isCloseTo(0.575 * 0.65 * 0.5, within(1e-15));
  }

  @Test
  void theOddsOfBestToWorstOverThreeTasksAreThoseOfThePaper() {
    double[] gamma = PAPER.of(List.of(List.of(0.1, 0.1, 0.1), List.of(0.9, 0.9, 0.9)));
    assertThat(gamma[1] / gamma[0]).isCloseTo(4.096, within(1e-12));
  }

  @Test
  void aTaskWithoutDifferencesHasFactorOne() {
    assertThat(PAPER.of(List.of(List.of(0.3, 0.0), List.of(0.3, 1.0)))).containsExactly(0.5, 0.8);
    assertThat(PAPER.of(List.of(List.of(0.3, 0.7)))).containsExactly(1.0);
    assertThat(PAPER.of(List.of())).isEmpty();
  }

  @Test
  void refusesWeightsThatCannotBeSampled() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new EliteWeights(0, 0.8))
        .withMessageContaining("0 < alpha low <= alpha high");
    assertThatIllegalArgumentException().isThrownBy(() -> new EliteWeights(0.8, 0.5));
    assertThatIllegalArgumentException().isThrownBy(() -> new EliteWeights(0.5, Double.NaN));
  }
}
