package org.cycleqd.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.cycleqd.archive.AddOutcome.Status;
import org.junit.jupiter.api.Test;

class NoveltyArchiveTest {

  private static Archive archive(int capacity, int neighbours) {
    return Archive.of(
        0,
        "coding",
        new Places(List.of(Axis.of("maths", 0, 1, 1)), capacity),
        new AddRule.DominatedNovelty(capacity, neighbours));
  }

  private static Elite elite(int number, double quality, double at) {
    return new Elite(number, List.of(quality, at));
  }

  @Test
  void scoresAreMeanDistancesToThoseAtLeastAsGood() {
    double[][] points = {{0}, {1}, {3}, {10}};
    assertThat(new DominatedNoveltyScore(2).of(points, new double[] {1, 2, 2, 0.5}))
        .containsExactly(2, 2, 2, 8);
    assertThat(new DominatedNoveltyScore(2).of(points, new double[] {1, 2, 3, 0.5})[2])
        .isInfinite();
  }

  @Test
  void whoeverIsNearestToItsBettersLeaves() {
    Archive archive = archive(2, 1);
    assertThat(archive.add(elite(0, 0.5, 0.5))).isEqualTo(new AddOutcome(Status.NEW, 0, 0.5));
    assertThat(archive.add(elite(1, 0.25, 0.0))).isEqualTo(new AddOutcome(Status.NEW, 1, 0.25));
    // 0.1 from the best, whereas candidate 1 is 0.5 away.
    assertThat(archive.add(elite(2, 0.25, 0.6)))
        .isEqualTo(new AddOutcome(Status.REJECTED, 0, -0.25));
    // Better than the best and near it: now that one is the least novel.
    assertThat(archive.add(elite(3, 0.75, 0.6)))
        .isEqualTo(new AddOutcome(Status.IMPROVED, 0, 0.25));
    assertThat(archive.elites()).extracting(Elite::candidate).containsExactly(3, 1);
    assertThat(archive.metrics().coverage()).isEqualTo(1);
    assertThat(archive.elite(1)).contains(elite(1, 0.25, 0.0));
    assertThat(archive.elite(2)).isEmpty();
  }

  @Test
  void amongEqualsTheFirstStays() {
    Archive archive = archive(2, 1);
    List<AddOutcome> outcomes =
        archive.addBatch(List.of(elite(0, 0.5, 0.5), elite(1, 0.5, 0.5), elite(2, 0.5, 0.5)));
    assertThat(outcomes)
        .extracting(AddOutcome::status)
        .containsExactly(Status.NEW, Status.NEW, Status.REJECTED);
    assertThat(archive.elites()).extracting(Elite::candidate).containsExactly(0, 1);
  }

  @Test
  void theBestNeverLeaves() {
    Archive archive = archive(5, 3);
    List<Elite> offered = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      Elite next = elite(i, (i * 37 % 101) / 101.0, (i * 53 % 97) / 97.0);
      offered.add(next);
      archive.add(next);
      double best =
          offered.stream()
              .max(Comparator.comparingDouble(e -> e.scores().getFirst()))
              .orElseThrow()
              .scores()
              .getFirst();
      assertThat(archive.metrics().best()).isEqualTo(best).isEqualTo(archive.peak());
    }
    assertThat(archive.elites()).hasSize(5);
  }

  @Test
  void refusesBadInput() {
    Archive archive = archive(2, 1);
    assertThat(archive.peak()).isNaN();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> archive.addBatch(List.of(elite(0, 1, 1), new Elite(1, List.of(0.5)))))
        .withMessageContaining("archive coding of 2 tasks got 1 scores");
    assertThat(archive.elites()).isEmpty();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new AddRule.DominatedNovelty(1, 1))
        .withMessageContaining("found capacity 1 and 1 neighbours");
    assertThatIllegalArgumentException()
        .isThrownBy(() ->
            Archive.of(
                0,
                "coding",
                new Places(List.of(Axis.of("maths", 0, 1, 1)), 3),
                new AddRule.DominatedNovelty(2, 1)))
        .withMessageContaining("found 3 places, expected the capacity 2");
    assertThatIllegalArgumentException().isThrownBy(() -> new Places(List.of(), 3));
  }
}
