package org.cycleqd.archive;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class BarTest {

  private static final int ITEMS = 20;

  static Stream<ArchiveForm> forms() {
    return Stream.of(
        ArchiveForm.GRID,
        new ArchiveForm(new CvtRule(9, 400, 20), new AddRule.Strict()),
        new ArchiveForm(null, new AddRule.Soft(0.3, 0.2)),
        new ArchiveForm(new CvtRule(6, 300, 20), new AddRule.Soft(1e-3, 0)));
  }

  /** Candidates of three tasks with scores in twentieths, so that ties are frequent. */
  private static Elite candidate(int number, SplittableRandom random) {
    List<Double> scores = new ArrayList<>();
    for (int k = 0; k < 3; k++) {
      scores.add(random.nextInt(ITEMS + 1) / (double) ITEMS);
    }
    return new Elite(number, scores);
  }

  private static ArchiveCycle cycle(ArchiveForm form, SplittableRandom random) {
    List<Axis> axes =
        List.of(Axis.of("a", 0.1, 0.9, 3), Axis.of("b", 0, 1, 4), Axis.of("c", 0.2, 1.1, 3));
    return ArchiveCycle.of(axes, form.layouts(axes, task -> i -> random.nextDouble()), form.add());
  }

  /** Where a bar is closed to a box, no later archive takes any corner or inner point of it. */
  @ParameterizedTest
  @MethodSource("forms")
  void whatABarIsClosedToIsNeverTakenLater(ArchiveForm form) {
    int closed = 0;
    int open = 0;
    for (int seed = 0; seed < 40; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      ArchiveCycle archives = cycle(form, random);
      int number = 0;
      for (; number < 60 + 5 * seed; number++) {
        archives.offer(candidate(number, random));
      }
      List<Bar> bars = archives.bars().orElseThrow();
      for (int later = random.nextInt(30); later > 0; later--) {
        archives.offer(candidate(number++, random));
      }
      for (int box = 0; box < 100; box++) {
        double[] low = new double[3];
        double[] high = new double[3];
        for (int k = 0; k < 3; k++) {
          int from = random.nextInt(ITEMS + 1);
          low[k] = from / (double) ITEMS;
          high[k] = Math.min(ITEMS, from + random.nextInt(5)) / (double) ITEMS;
        }
        for (int task = 0; task < 3; task++) {
          if (!bars.get(task).closed(low, high)) {
            open++;
            continue;
          }
          closed++;
          for (int probe = 0; probe < 30; probe++) {
            List<Double> scores = new ArrayList<>();
            for (int k = 0; k < 3; k++) {
              int span = (int) Math.round((high[k] - low[k]) * ITEMS);
              scores.add((Math.round(low[k] * ITEMS) + random.nextInt(span + 1)) / (double) ITEMS);
            }
            // A copy of the archives would do; offering is harmless because nothing is taken.
            AddOutcome outcome = archives.offer(new Elite(number++, scores)).get(task);
            if (outcome.taken()) {
              throw new AssertionError("seed %d, task %d: took %s".formatted(seed, task, scores));
            }
          }
        }
      }
    }
    assertThat(closed).isGreaterThan(100);
    assertThat(open).isGreaterThan(500);
  }

  @Test
  void aGridIsClosedExactlyWhereEachReachableCellIsAtLeastAsGood() {
    List<Axis> axes = List.of(Axis.of("a", 0, 1, 2), Axis.of("b", 0, 1, 2));
    ArchiveCycle archives = ArchiveCycle.of(axes);
    archives.offer(new Elite(0, List.of(0.4, 0.6)));
    Bar first = archives.bars().orElseThrow().getFirst(); // quality a over b
    assertThat(first.closed(new double[] {0, 0.5}, new double[] {0.4, 1})).isTrue();
    assertThat(first.closed(new double[] {0, 0.5}, new double[] {0.41, 1})).isFalse();
    assertThat(first.closed(new double[] {0, 0.49}, new double[] {0.4, 1})).isFalse();
    archives.offer(new Elite(1, List.of(0.9, 0.1)));
    assertThat(first.closed(new double[] {0, 0.49}, new double[] {0.4, 1})).isFalse();
    assertThat(
            archives
                .bars()
                .orElseThrow()
                .getFirst()
                .closed(new double[] {0, 0.49}, new double[] {0.4, 1}))
        .isTrue();
  }

  @Test
  void dominatedNoveltyHasNoBar() {
    ArchiveForm form = new ArchiveForm(null, new AddRule.DominatedNovelty(4, 2));
    assertThat(cycle(form, new SplittableRandom(1)).bars()).isEmpty();
  }
}
