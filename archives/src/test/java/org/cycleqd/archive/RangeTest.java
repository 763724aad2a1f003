package org.cycleqd.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;

class RangeTest {

  @Test
  void followsTheRuleOfThePaper() {
    Range range = Range.aroundExperts(List.of(0.62, 0.68, 0.69), 0.85, 1.15);
    assertThat(range).isEqualTo(new Range(0.85 * 0.62, 1.15 * 0.69));
  }

  @Test
  void aSingleExpertStillGivesARange() {
    assertThat(Range.aroundExperts(List.of(0.4), 0.85, 1.15))
        .isEqualTo(new Range(0.85 * 0.4, 1.15 * 0.4));
  }

  @Test
  void widensToTheUnitIntervalWhereAllExpertsScoreZero() {
    assertThat(Range.aroundExperts(List.of(0.0, 0.0), 0.85, 1.15)).isEqualTo(Range.UNIT);
  }

  @Test
  void refusesBadInput() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Range.aroundExperts(List.of(0.1, Double.NaN), 0.85, 1.15))
        .withMessageContaining("NaN");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Range.aroundExperts(List.of(), 0.85, 1.15));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Range.aroundExperts(List.of(0.1), 1.15, 0.85))
        .withMessageContaining("0 <= low < high");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Range(0.3, 0.2))
        .withMessageContaining("0.3 to 0.2");
  }
}
