package org.cycleqd.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.cycleqd.random.Draws;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Processes that are killed at random moments leave what an uninterrupted one leaves. */
class KillTest {

  private static final int KILLS = 200;
  private static final int LANES = 2;
  private static final int CHILDREN = 600;

  /** A run is killed about so many times before it comes to its end. */
  private static final int KILLS_OF_A_RUN = 40;

  /** How often the length of a journal is looked at. */
  private static final long LOOK_NANOS = 100_000;

  @TempDir Path folder;

  @Test
  void killedAtTwoHundredRandomMoments() throws Exception {
    SpawnedSearch.run(folder.resolve("whole"), CHILDREN);
    Path whole = RunHistory.journal(folder.resolve("whole"));
    Set<Long> lengths = new HashSet<>();
    int kills = 0;
    try (ExecutorService lanes = Executors.newFixedThreadPool(LANES)) {
      List<Future<Set<Long>>> results = new ArrayList<>();
      for (int lane = 0; lane < LANES; lane++) {
        int number = lane;
        Callable<Set<Long>> work = () -> kill(number, whole);
        results.add(lanes.submit(work));
      }
      for (Future<Set<Long>> result : results) {
        lengths.addAll(result.get());
        kills += KILLS / LANES;
      }
    }
    assertThat(kills).isEqualTo(KILLS);
    assertThat(lengths).as("lengths of journals after kills").hasSizeGreaterThan(10);
  }

  /** Kills and carries on, run after run; gives the lengths that the kills left. */
  private Set<Long> kill(int lane, Path whole) throws IOException, InterruptedException {
    Draws draws = Draws.at(11, "kill", lane);
    int furthest = (int) (2 * Files.size(whole) / KILLS_OF_A_RUN);
    Set<Long> lengths = new HashSet<>();
    int run = 0;
    for (int kill = 0; kill < KILLS / LANES; ) {
      Path directory = folder.resolve("lane-%d-run-%d".formatted(lane, run));
      Path journal = RunHistory.journal(directory);
      Process process =
          new ProcessBuilder(SpawnedSearch.command(directory.toString(), CHILDREN))
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      if (waitFor(process, journal, length(journal) + draws.below(kill, furthest))) {
        process.destroyForcibly().waitFor();
        kill++;
        lengths.add(length(journal));
      } else {
        assertThat(process.waitFor()).isZero();
        assertThat(journal).hasSameBinaryContentAs(whole);
        run++;
      }
    }
    Path last = folder.resolve("lane-%d-run-%d".formatted(lane, run));
    SpawnedSearch.run(last, CHILDREN);
    assertThat(RunHistory.journal(last)).hasSameBinaryContentAs(whole);
    return lengths;
  }

  private static long length(Path journal) throws IOException {
    return Files.exists(journal) ? Files.size(journal) : 0;
  }

  /**
   * Waits until a journal is so long, however fast the machine is: it is then killed in the midst
   * of its work, or of a write.
   *
   * @return whether the process still lives
   */
  private static boolean waitFor(Process process, Path journal, long length)
      throws IOException, InterruptedException {
    assertThat(process.inputReader().readLine()).isEqualTo("starting");
    while (length(journal) < length) {
      if (process.waitFor(LOOK_NANOS, TimeUnit.NANOSECONDS)) {
        return false;
      }
    }
    return process.isAlive();
  }
}
