package org.cycleqd.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
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
    assertThat(cycle.archives().get(1).grid().axes())
        .extracting(Axis::task)
        .containsExactly("os", "db");
    assertThat(cycle.archives()).extracting(a -> a.grid().cells()).containsExactly(10, 20, 50);

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

  @Test
  void oneTaskIsNoCycle() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ArchiveCycle.of(AXES.subList(0, 1)))
        .withMessageContaining("at least 2 tasks, got 1");
  }
}
