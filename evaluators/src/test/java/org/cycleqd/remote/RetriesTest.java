package org.cycleqd.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RetriesTest {

  private static final Retries RETRIES =
      new Retries(9, Duration.ofSeconds(1), Duration.ofSeconds(10), Duration.ofSeconds(60), 1);

  @Test
  void theBoundDoublesUpToTheLongest() {
    assertThat(IntStream.of(1, 2, 3, 4, 5, 6, 1000).mapToObj(RETRIES::bound))
        .extracting(Duration::toSeconds)
        .containsExactly(1L, 2L, 4L, 8L, 10L, 10L, 10L);
  }

  @Test
  void aFirstBoundAboveTheLongestIsCut() {
    Retries odd = new Retries(2, Duration.ofSeconds(9), Duration.ofSeconds(3), Duration.ZERO, 0);
    assertThat(odd.bound(1)).isEqualTo(Duration.ofSeconds(3));
  }

  @Test
  void theWaitIsTheDrawsPartOfTheBoundAfterWhatWasAsked() {
    assertThat(RETRIES.pause(3, Duration.ZERO, 0.25)).isEqualTo(Duration.ofSeconds(1));
    assertThat(RETRIES.pause(3, Duration.ofSeconds(7), 0.25)).isEqualTo(Duration.ofSeconds(8));
    assertThat(RETRIES.pause(3, Duration.ofDays(7), 0.25)).isEqualTo(Duration.ofSeconds(61));
  }

  @Test
  void refusesToMakeNoAttempt() {
    assertThatThrownBy(() -> new Retries(0, Duration.ZERO, Duration.ZERO, Duration.ZERO, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("found 0 attempts");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "7 | 7",
        " 120 | 120",
        "0 | 0",
        "Sun, 01 Mar 2026 12:00:30 GMT | 30",
        "Sun, 1 Mar 2026 12:01:00 GMT | 60",
        "Sun, 01 Mar 2026 11:00:00 GMT | 0",
        "soon | 0",
        "-5 | 0",
        "99999999999999999999 | 0"
      })
  void readsSecondsAndDatesOfRetryAfter(String header, long seconds) {
    assertThat(RetryAfter.read(header, ManualTiming.START)).hasSeconds(seconds);
  }
}
