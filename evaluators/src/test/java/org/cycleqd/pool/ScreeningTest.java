package org.cycleqd.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class ScreeningTest {

  @Test
  void repetitionIsAnEndlessTailOfTheSameTokens() {
    assertThat(Screening.repeats(new int[] {9, 1, 2, 1, 2, 1, 2}, 7, 3)).isTrue();
    assertThat(Screening.repeats(new int[] {9, 1, 2, 1, 2, 1, 2}, 7, 4)).isFalse();
    assertThat(Screening.repeats(new int[] {5, 5, 5, 5}, 4, 4)).isTrue();
    assertThat(Screening.repeats(new int[] {5, 5, 5, 4}, 4, 2)).isFalse();
    // An answer that ended by itself is no endless one.
    assertThat(Screening.repeats(new int[] {5, 5, 5, 5}, 5, 2)).isFalse();
    assertThat(Screening.repeats(new int[0], 4, 2)).isFalse();
  }

  @Test
  void oneRepetitionIsNone() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Screening(Optional.empty(), false, OptionalInt.of(1)))
        .withMessageContaining("repetitions: found 1");
  }
}
