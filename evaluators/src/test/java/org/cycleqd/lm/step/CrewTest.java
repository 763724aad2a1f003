package org.cycleqd.lm.step;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Threads that work together. */
@Timeout(120)
class CrewTest {

  /**
   * A round takes milliseconds instead of microseconds where there are fewer cores than threads.
   */
  private static final Duration ENOUGH = Duration.ofSeconds(2);

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 7})
  void eachDoesItsPartOnceInEveryRound(int threads) {
    int rounds = 100_000;
    long end = System.nanoTime() + ENOUGH.toNanos();
    // Plain numbers: what a helper does is seen by the caller, and the other way round.
    int[] done = new int[threads];
    int[] round = {0};
    try (Crew crew = new Crew(threads)) {
      assertThat(crew.size()).isEqualTo(threads);
      for (; round[0] < rounds && System.nanoTime() < end; round[0]++) {
        crew.run(thread -> done[thread] += done[thread] == round[0] ? 1 : rounds);
        if (Arrays.stream(done).anyMatch(count -> count != round[0] + 1)) {
          assertThat(done).as("round %d", round[0]).containsOnly(round[0] + 1);
        }
      }
    }
    assertThat(done).containsOnly(round[0]);
  }

  @Test
  void eachRoundHasWorkOfItsOwn() {
    int[] sum = new int[3];
    try (Crew crew = new Crew(3)) {
      for (int i = 1; i <= 100; i++) {
        int more = i;
        crew.run(thread -> sum[thread] += more * thread);
      }
    }
    assertThat(sum).containsExactly(0, 5050, 10100);
  }

  @Test
  void goesOnAfterALongSleep() throws InterruptedException {
    int[] done = new int[3];
    try (Crew crew = new Crew(3)) {
      for (int i = 1; i <= 3; i++) {
        assertThat(Crews.parked(2)).isEqualTo(2);
        Thread.sleep(Duration.ofMillis(100));
        crew.run(thread -> done[thread]++);
        assertThat(done).containsOnly(i);
      }
    }
  }

  /** A helper that is slow is waited for, with naps. */
  @Test
  void waitsForHelpers() {
    boolean[] done = new boolean[2];
    try (Crew crew = new Crew(2)) {
      crew.run(thread -> {
        if (thread == 1) {
          long end = System.nanoTime() + 100_000_000;
          while (System.nanoTime() < end) {
            Thread.onSpinWait();
          }
        }
        done[thread] = true;
      });
      assertThat(done).containsOnly(true);
    }
  }

  @Test
  void closingEndsTheThreadsAtOnceAndAfterALongSleep() throws InterruptedException {
    for (int time = 0; time < 200; time++) {
      new Crew(4).close();
    }
    assertThat(Crews.alive()).isZero();
    Crew crew = new Crew(4);
    crew.run(_ -> {});
    assertThat(Crews.parked(3)).isEqualTo(3);
    crew.close();
    crew.close();
    assertThat(Crews.alive()).isZero();
  }
}
