package org.cycleqd.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.cycleqd.archive.AddOutcome.Status;
import org.junit.jupiter.api.Test;

class SoftArchiveTest {

  private static final Grid HALVES = new Grid(List.of(Axis.of("maths", 0, 1, 2)));

  private static CellArchive archive(double learningRate, double minimum) {
    return (CellArchive) Archive.of(0, "coding", HALVES, new AddRule.Soft(learningRate, minimum));
  }

  private static List<Elite> batch(double... qualities) {
    List<Elite> batch = new ArrayList<>();
    for (double quality : qualities) {
      batch.add(new Elite(batch.size(), List.of(quality, 0.1)));
    }
    return batch;
  }

  @Test
  void theThresholdFollowsWhatWasTaken() {
    CellArchive archive = archive(0.5, 0);
    assertThat(archive.add(batch(10).getFirst())).isEqualTo(new AddOutcome(Status.NEW, 0, 10));
    assertThat(archive.add(batch(6).getFirst())).isEqualTo(new AddOutcome(Status.IMPROVED, 0, 1));
    assertThat(archive.threshold(0)).isEqualTo(5.5);
    assertThat(archive.best()).map(elite -> elite.scores().getFirst()).contains(6.0);
    assertThat(archive.metrics().best()).isEqualTo(6);
    assertThat(archive.peak()).isEqualTo(10);
  }

  @Test
  void aBatchMovesTheThresholdByItsMean() {
    CellArchive archive = archive(0.1, -1);
    assertThat(archive.addBatch(batch(0, 1, 2)))
        .extracting(AddOutcome::value)
        .containsExactly(1.0, 2.0, 3.0);
    assertThat(archive.threshold(0)).isCloseTo(-0.458, within(1e-12));
    assertThat(archive.elites().getFirst().scores().getFirst()).isEqualTo(2);

    CellArchive other = archive(0.1, -1);
    assertThat(other.addBatch(batch(10, 100, -10)))
        .extracting(AddOutcome::status)
        .containsExactly(Status.NEW, Status.NEW, Status.REJECTED);
    assertThat(other.threshold(0)).isCloseTo(0.81 * -1 + 0.19 * 55, within(1e-12));
    assertThat(other.threshold(0)).isCloseTo(9.64, within(1e-12));
    other.add(batch(9.65).getFirst());
    assertThat(other.threshold(0)).isCloseTo(9.641, within(1e-12));
    assertThat(other.elites().getFirst().scores().getFirst()).isEqualTo(9.65);

    archive.add(batch(-0.457).getFirst());
    assertThat(archive.threshold(0)).isCloseTo(-0.4579, within(1e-12));
  }

  @Test
  void anEmptyCellTakesNothingAtOrBelowTheMinimum() {
    CellArchive archive = archive(0.5, 0);
    assertThat(archive.add(batch(0).getFirst())).isEqualTo(new AddOutcome(Status.REJECTED, 0, 0));
    assertThat(archive.elites()).isEmpty();
    assertThat(archive.peak()).isNaN();
  }

  @Test
  void theThresholdOfABatchHasAClosedForm() {
    double[] qualities = {5.5, 6.25, 3, 8, 11, 4.5, 7, 9, 3.5, 10, 6, 12, 5, 4, 13};
    for (double learningRate : new double[] {0, 0.001, 0.01, 0.1, 1}) {
      for (double start : new double[] {-3.1, 0.4, 2.9}) {
        CellArchive archive = archive(learningRate, start);
        archive.addBatch(batch(qualities));
        double kept = Math.pow(1 - learningRate, qualities.length);
        double mean = Arrays.stream(qualities).average().orElseThrow();
        double expected = kept * start + (1 - kept) * mean;
        assertThat(archive.threshold(0)).isCloseTo(expected, within(1e-12));
      }
    }
  }

  @Test
  void agreesWithTheRecordedRuns() throws Exception {
    int compared = 0;
    for (JsonNode run : Oracle.json("soft/soft.json")) {
      CellArchive archive =
          (CellArchive)
              Archive.of(
                  0,
                  "objective",
                  new Grid(Oracle.axes(run.get("dims"), run.get("ranges"))),
                  new AddRule.Soft(
                      run.get("learning_rate").asDouble(), run.get("threshold_min").asDouble()));
      int candidate = 0;
      for (JsonNode step : run.get("steps")) {
        List<Elite> batch = new ArrayList<>();
        for (int i = 0; i < step.get("objective").size(); i++) {
          double[] at = Oracle.doubles(step.get("measures").get(i));
          batch.add(
              new Elite(
                  candidate++, List.of(step.get("objective").get(i).asDouble(), at[0], at[1])));
        }
        List<AddOutcome> outcomes =
            batch.size() == 1 ? List.of(archive.add(batch.getFirst())) : archive.addBatch(batch);
        for (int i = 0; i < outcomes.size(); i++) {
          assertThat(ArchiveTest.code(outcomes.get(i).status()))
              .isEqualTo(step.get("status").get(i).asInt());
          assertThat(outcomes.get(i).value())
              .isCloseTo(step.get("value").get(i).asDouble(), within(1e-12));
        }
        assertThat(archive.contents()).hasSize(step.get("cells").size());
        for (Map.Entry<String, JsonNode> cell : step.get("cells").properties()) {
          int number = Integer.parseInt(cell.getKey());
          assertThat(archive.threshold(number))
              .isCloseTo(cell.getValue().get("threshold").asDouble(), within(1e-12));
          assertThat(archive.elite(number).orElseThrow().candidate())
              .isEqualTo(cell.getValue().get("id").asInt());
          compared++;
        }
        assertThat(archive.peak())
            .isEqualTo(Double.valueOf(step.get("stats").get("obj_max").asDouble(Double.NaN)));
        assertThat(archive.metrics().qdScore())
            .isCloseTo(step.get("stats").get("qd_score").asDouble(), within(1e-9));
      }
    }
    assertThat(compared).isGreaterThan(500);
  }

  @Test
  void refusesWhatIsNoRule() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new AddRule.Soft(1.1, 0))
        .withMessage("learning rate: found 1.1, expected a number in [0, 1]");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new AddRule.Soft(0.5, Double.NEGATIVE_INFINITY))
        .withMessageContaining("lowest threshold: found -Infinity");
  }
}
