package org.cycleqd.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.cycleqd.archive.AddOutcome.Status;
import org.junit.jupiter.api.Test;

class ArchiveCycleTest {

  private static final List<Axis> AXES =
      List.of(Axis.of("os", 0, 1, 10), Axis.of("coding", 0, 1, 5), Axis.of("db", 0, 1, 2));

  @Test
  void eachTaskIsTheQualityOfItsArchiveAndAnAxisOfTheOthers() {
    ArchiveCycle cycle = ArchiveCycle.of(AXES);
    assertThat(cycle.archives())
        .extracting(ArchiveView::taskName)
        .containsExactly("os", "coding", "db");
    assertThat(cycle.archives().get(1).layout().axes())
        .extracting(Axis::task)
        .containsExactly("os", "db");
    assertThat(cycle.archives()).extracting(a -> a.layout().cells()).containsExactly(10, 20, 50);

    List<AddOutcome> outcomes = cycle.offer(new Elite(0, List.of(0.35, 0.5, 0.9)));
    assertThat(outcomes)
        .containsExactly(
            new AddOutcome(Status.NEW, 2 * 2 + 1, 0.35),
            new AddOutcome(Status.NEW, 3 * 2 + 1, 0.5),
            new AddOutcome(Status.NEW, 3 * 5 + 2, 0.9));
  }

  @Test
  void aCandidateMayBeTakenBySomeArchivesOnly() {
    ArchiveCycle cycle = ArchiveCycle.of(AXES.subList(0, 2));
    cycle.offer(new Elite(0, List.of(0.35, 0.55)));
    List<AddOutcome> outcomes = cycle.offer(new Elite(1, List.of(0.39, 0.5)));
    assertThat(outcomes)
        .extracting(AddOutcome::status)
        .containsExactly(Status.IMPROVED, Status.REJECTED);
    assertThat(outcomes).extracting(AddOutcome::taken).containsExactly(true, false);
    assertThat(cycle.elites()).extracting(Elite::candidate).containsExactly(0, 1);
  }

  /** As if the same candidates had been offered to it, and apart from the other afterwards. */
  @Test
  void contentIsRestored() {
    List<Axis> axes = List.of(Axis.of("q", 0, 1, 3), Axis.of("a", 0, 1, 3), Axis.of("b", 0, 1, 3));
    List<Axis> flat = List.of(Axis.of("q", 0, 1, 1), Axis.of("a", 0, 1, 1), Axis.of("b", 0, 1, 1));
    for (AddRule rule :
        List.of(
            new AddRule.Strict(), new AddRule.Soft(0.3, 0), new AddRule.DominatedNovelty(7, 2))) {
      List<Axis> own = rule instanceof AddRule.DominatedNovelty ? flat : axes;
      List<ArchiveCycle> cycles = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        cycles.add(
            ArchiveCycle.of(own, new ArchiveForm(null, rule).layouts(own, _ -> _ -> 0), rule));
      }
      Random random = new Random(5);
      for (int n = 0; n < 300; n++) {
        Elite elite =
            new Elite(n, List.of(random.nextDouble(), random.nextDouble(), random.nextDouble()));
        ArchiveCycle kept = cycles.get(0);
        if (n == 150) {
          cycles.get(1).restore(kept);
        }
        if (n < 150) {
          kept.offer(elite);
          cycles.get(1).offer(new Elite(n, List.of(1 - elite.scores().get(0), 0.5, 0.5)));
        } else {
          assertThat(cycles.get(1).offer(elite)).isEqualTo(kept.offer(elite));
        }
      }
      assertThat(cycles.get(1).archives().stream().map(ArchiveView::snapshot))
          .isEqualTo(cycles.get(0).archives().stream().map(ArchiveView::snapshot).toList());
      assertThat(cycles.get(1).metrics(0)).isEqualTo(cycles.get(0).metrics(0));
      cycles.get(0).restore(cycles.get(2));
      assertThat(cycles.get(0).elites()).isEmpty();
      assertThat(cycles.get(1).elites()).isNotEmpty();
    }
    ArchiveCycle cells = ArchiveCycle.of(axes);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> cells.restore(ArchiveCycle.of(flat)))
        .withMessageContaining("found axes");
  }

  @Test
  void theMetricsOfACycleAreThoseOfAllItsElites() {
    ArchiveCycle cycle = ArchiveCycle.of(AXES.subList(0, 2));
    assertThat(cycle.metrics(0).mean()).isNaN();
    cycle.offer(new Elite(0, List.of(0.25, 0.5)));
    cycle.offer(new Elite(1, List.of(0.75, 0.25)));
    Metrics metrics = cycle.metrics(-1);
    assertThat(metrics.elites()).isEqualTo(4);
    assertThat(metrics.cells()).isEqualTo(15);
    assertThat(metrics.qdScore()).isEqualTo(4 + 0.25 + 0.75 + 0.5 + 0.25);
    assertThat(metrics.best()).isEqualTo(0.75);
    assertThat(metrics.mean()).isEqualTo(1.75 / 4);
    assertThatIllegalArgumentException().isThrownBy(() -> Metrics.together(List.of()));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Metrics.together(List.of(metrics, cycle.metrics(0))))
        .withMessageContaining("offset: found 0.0, expected -1.0");
  }

  @Test
  void otherCellsAreFilledByOfferingTheScoresAgain() {
    List<Axis> coarse =
        List.of(Axis.of("q", 0, 1, 2), Axis.of("a", 0, 1, 2), Axis.of("b", 0, 1, 2));
    List<Elite> elites =
        List.of(new Elite(0, List.of(1.0, 0.9, 0.9)), new Elite(1, List.of(2.0, 0.1, 0.1)));
    for (int bins : new int[] {2, 4, 1}) {
      ArchiveCycle cycle =
          ArchiveCycle.of(coarse.stream().map(axis -> Axis.of(axis.task(), 0, 1, bins)).toList());
      elites.forEach(cycle::offer);
      ArchiveView archive = cycle.archives().getFirst();
      // Another library keeps the sums of the old cells: 6 and 8 in place of 3 and 2.
      assertThat(archive.metrics().qdScore()).isEqualTo(bins == 1 ? 2 : 3);
      assertThat(archive.contents())
          .extracting(ArchiveSnapshot.Cell::index)
          .isEqualTo(bins == 1 ? List.of(0) : List.of(0, bins * bins - 1));
    }
  }

  @Test
  void layoutsMustBeOverTheOtherTasks() {
    Grid wrong = new Grid(AXES.subList(0, 1));
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> ArchiveCycle.of(AXES.subList(0, 2), List.of(wrong, wrong), new AddRule.Strict()))
        .withMessageContaining("archive os: found axes [Axis[os,");
    Grid right = new Grid(AXES.subList(1, 2));
    assertThatIllegalArgumentException()
        .isThrownBy(() ->
            ArchiveCycle.of(
                AXES.subList(0, 2), List.of(right, wrong), new AddRule.DominatedNovelty(4, 1)))
        .withMessageContaining("archive os: the rule DominatedNovelty[");
  }

  @Test
  void anEliteKeepsTheScoresOfItsItems() {
    ItemVector solved =
        new ItemVector() {
          @Override
          public int size() {
            return 1;
          }

          @Override
          public double get(int item) {
            return 1;
          }
        };
    ArchiveCycle cycle = ArchiveCycle.of(AXES.subList(0, 2));
    cycle.offer(new Elite(0, List.of(1.0, 1.0), List.of(solved, solved)));
    assertThat(cycle.elites().getFirst().items().get(1).get(0)).isEqualTo(1);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Elite(3, List.of(1.0, 1.0), List.of(solved)))
        .withMessage("candidate 3: found items of 1 tasks, expected 2 or none");
  }

  @Test
  void oneTaskIsNoCycle() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ArchiveCycle.of(AXES.subList(0, 1)))
        .withMessageContaining("at least 2 tasks, got 1");
  }
}
