package org.cycleqd.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.cycleqd.archive.Range;
import org.cycleqd.spectral.Granularity;
import org.junit.jupiter.api.Test;

class ValueTest {

  @Test
  void aTaskScoreIsTheMeanOfItsItems() {
    Evaluation evaluation = Evaluation.of(new double[] {1, 0, 0, 1}, new double[] {0.5, 0.25});
    assertThat(evaluation.scores()).containsExactly(0.5, 0.375);
    assertThat(evaluation.tasks().get(0).binary()).isTrue();
    assertThat(evaluation.tasks().get(1).binary()).isFalse();
    assertThat(evaluation)
        .isEqualTo(Evaluation.of(new double[] {1, -0.0, 0, 1}, new double[] {0.5, 0.25}));
  }

  @Test
  void itemScoresAreFractions() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ItemScores.of(0.5, 1.5))
        .withMessage("item 1: a score must lie in [0, 1], was 1.5");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ItemScores.of(Double.NaN))
        .withMessageContaining("NaN");
    assertThatIllegalArgumentException().isThrownBy(ItemScores::of).withMessageContaining("item");
  }

  @Test
  void fitnessOrdersByMeanThenAge() {
    CandidateFitness low = new CandidateFitness(1, List.of(0.1, 0.2));
    CandidateFitness high = new CandidateFitness(2, List.of(0.9, 0.0));
    CandidateFitness later = new CandidateFitness(3, List.of(0.0, 0.9));
    CandidateFitness failed = new CandidateFitness(4, List.of());
    assertThat(high).isGreaterThan(low).isGreaterThan(later);
    assertThat(failed).isLessThan(low);
  }

  @Test
  void theSoftmaxOfFractionsIsNearlyUniform() {
    double[] betas = Aggregate.softmax(new double[] {.76, .50, .45}, 1.0);
    assertThat(betas[0]).isCloseTo(0.40, within(0.005));
    assertThat(betas[1]).isCloseTo(0.31, within(0.005));
    assertThat(betas[2]).isCloseTo(0.29, within(0.005));
    assertThat(Aggregate.softmax(new double[] {.76, .50, .45}, 0.001)[0]).isEqualTo(1.0);
  }

  @Test
  void settingsSayWhatIsWrong() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SearchSettings.paper(1, List.of("coding")))
        .withMessageContaining("at least 2 tasks")
        .withMessageEndingWith("got 1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SearchSettings.paper(1, List.of("coding", "coding")))
        .withMessageContaining("task names must differ");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Toy.settings(-1, 1))
        .withMessageContaining("children");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Toy.settings(1, 0))
        .withMessageContaining("lag must be at least 1, was 0");
    assertThatIllegalArgumentException()
        .isThrownBy(() ->
            new SearchSettings(
                1,
                Toy.settings(1, 1).tasks(),
                1,
                1,
                GridRule.PAPER,
                Sampling.PAPER,
                Variation.PAPER,
                0,
                null,
                null))
        .withMessageContaining("temperature");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Variation(Granularity.MODEL, 0, 0, List.of()))
        .withMessageContaining("no sum to divide by");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Variation(Granularity.MODEL, 1, -0.1, List.of()))
        .withMessageContaining("sigma >= 0");
    assertThatIllegalArgumentException().isThrownBy(() -> new Sampling.Elite(0.8, 0.5));
    assertThatIllegalArgumentException().isThrownBy(() -> new GridRule(0, 0.85, 1.15));
    assertThatIllegalArgumentException().isThrownBy(() -> new GridRule(3, 1.15, 0.85));
    assertThatIllegalArgumentException().isThrownBy(() -> new SearchTask(" ", 0, Range.UNIT));
    assertThatIllegalArgumentException().isThrownBy(() -> SearchTask.of("coding", -1));
  }

  @Test
  void theDefaultsAreThoseOfThePaper() {
    SearchSettings paper = SearchSettings.paper(1, List.of("os", "coding"));
    assertThat(paper.children()).isEqualTo(1200);
    assertThat(paper.grid()).isEqualTo(new GridRule(15, 0.85, 1.15));
    assertThat(paper.sampling()).isEqualTo(new Sampling.Elite(0.5, 0.8));
    assertThat(paper.variation().sigma()).isEqualTo(0.03);
    assertThat(paper.tasks()).extracting(SearchTask::expert).containsExactly(0, 1);
  }
}
