package org.cycleqd.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.cycleqd.random.Draws;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The order in which candidates are finished has no trace in the journal. */
class AsynchronyTest {

  private static final int LAG = 16;

  @TempDir Path folder;

  @Test
  void theJournalIsTheSameForAnyWorkersAndOrders() throws Exception {
    SearchSettings settings = Toy.settings(120, LAG);
    Toy.run(folder.resolve("plain"), settings);
    String plain = Toy.journal(folder.resolve("plain"));
    Set<List<String>> orders = new HashSet<>();
    int runs = 0;
    for (int workers : new int[] {1, 2, 16}) {
      for (int shuffle = 0; shuffle < 3; shuffle++) {
        Path directory = folder.resolve("%d-%d".formatted(workers, shuffle));
        orders.add(finished(directory, settings, workers, shuffle));
        assertThat(Toy.journal(directory))
            .as("%d workers, shuffle %d", workers, shuffle)
            .isEqualTo(plain);
        runs++;
      }
    }
    assertThat(runs).isEqualTo(9);
    assertThat(orders).as("orders of completion").hasSizeGreaterThan(5);
  }

  /** Delays every candidate by its own time in this shuffle; gives the order of completion. */
  private static List<String> finished(
      Path directory, SearchSettings settings, int workers, int shuffle) throws Exception {
    List<String> finished = new ArrayList<>();
    Toy.search(settings)
        .run(
            directory,
            genome -> {
              String digest = genome.digest();
              Thread.sleep(workers == 1 ? 0 : Draws.at(shuffle, digest).below(0, 12));
              synchronized (finished) {
                finished.add(digest);
              }
              return Toy.evaluate(genome);
            },
            workers,
            SearchListener.NONE);
    return List.copyOf(finished);
  }
}
