package org.cycleqd.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.cycleqd.archive.ArchiveCycle;
import org.cycleqd.archive.Axis;
import org.cycleqd.archive.Elite;
import org.cycleqd.report.Lineage.Candidate;
import org.junit.jupiter.api.Test;

class LineageTest {

  @Test
  void followsParentsToTheExpertsAndNamesEachOnce() {
    List<Candidate> journal =
        List.of(
            Candidate.expert(0, "coding"),
            Candidate.expert(1, "os"),
            Candidate.expert(2, "database"),
            Candidate.child(3, List.of(0, 1)),
            Candidate.child(4, List.of(0, 2)),
            Candidate.child(5, List.of(3, 0)),
            Candidate.child(6, List.of(5, 3)));
    Lineage lineage = Lineage.of(6, journal::get);
    assertThat(lineage.candidates().stream().map(Candidate::number)).containsExactly(6, 5, 3, 1, 0);
    assertThat(lineage.generations()).isEqualTo(3);
    assertThat(Lineage.of(2, journal::get).generations()).isZero();
    assertThat(Lineage.none().generations()).isZero();
  }

  @Test
  void aParentIsOlder() {
    assertThatThrownBy(() -> Candidate.child(3, List.of(1, 3)))
        .hasMessageContaining("candidate 3 cannot descend from candidate 3");
  }

  @Test
  void aCurvePointMeasuresTheArchives() {
    ArchiveCycle cycle = ArchiveCycle.of(List.of(Axis.of("a", 0, 1, 4), Axis.of("b", 0, 1, 5)));
    cycle.offer(new Elite(0, List.of(0.5, 0.25)));
    cycle.offer(new Elite(1, List.of(0.25, 0.75)));
    Curve.Point point = Curve.Point.of(1, cycle.archives(), 0.5);
    assertThat(point.qdScore()).containsExactly(0.75, 1.0);
    assertThat(point.coverage()).containsExactly(0.4, 0.5);
    assertThat(point.best()).containsExactly(0.5, 0.75);
    assertThatThrownBy(() -> new Curve(List.of("a", "b"), List.of(point, point)))
        .hasMessageContaining("candidate 1 follows candidate 1");
    assertThatThrownBy(() -> new Curve(List.of("a"), List.of(point)))
        .hasMessageContaining("candidate 1 has 2 archives");
  }
}
