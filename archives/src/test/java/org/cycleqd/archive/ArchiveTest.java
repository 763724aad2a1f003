package org.cycleqd.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.cycleqd.archive.AddOutcome.Status;
import org.junit.jupiter.api.Test;

class ArchiveTest {

  private static Archive halves() {
    return Archive.of(0, "coding", new Grid(List.of(Axis.of("maths", 0, 1, 2))));
  }

  private static Elite elite(int number, double... scores) {
    return new Elite(number, Arrays.stream(scores).boxed().toList());
  }

  @Test
  void keepsTheStrictlyBetterCandidateOfACell() {
    Archive archive = halves();
    assertThat(archive.add(elite(0, 0.5, 0.1))).isEqualTo(new AddOutcome(Status.NEW, 0, 0.5));
    assertThat(archive.add(elite(1, 0.5, 0.2))).isEqualTo(new AddOutcome(Status.REJECTED, 0, 0.0));
    assertThat(archive.add(elite(2, 0.25, 0.2)))
        .isEqualTo(new AddOutcome(Status.REJECTED, 0, -0.25));
    assertThat(archive.add(elite(3, 0.75, 0.2)))
        .isEqualTo(new AddOutcome(Status.IMPROVED, 0, 0.25));
    assertThat(archive.add(elite(4, 0.1, 0.5))).isEqualTo(new AddOutcome(Status.NEW, 1, 0.1));
    assertThat(archive.elites()).extracting(Elite::candidate).containsExactly(3, 4);
    assertThat(archive.elite(0)).contains(elite(3, 0.75, 0.2));
    assertThat(archive.snapshot().cells())
        .containsExactly(
            new ArchiveSnapshot.Cell(0, elite(3, 0.75, 0.2)),
            new ArchiveSnapshot.Cell(1, elite(4, 0.1, 0.5)));
  }

  @Test
  void theMostRecentOfEquallyGoodElitesIsTheBest() {
    Archive archive = halves();
    assertThat(archive.best()).isEmpty();
    archive.add(elite(1, 0.5, 0.9));
    archive.add(elite(2, 0.5, 0.1));
    assertThat(archive.best()).map(Elite::candidate).contains(2);
    archive.add(elite(3, 0.6, 0.9));
    assertThat(archive.best()).map(Elite::candidate).contains(3);
  }

  @Test
  void anEmptyArchiveHasNoBestAndNoMean() {
    Metrics metrics = halves().metrics();
    assertThat(metrics.coverage()).isZero();
    assertThat(metrics.qdScore()).isZero();
    assertThat(metrics.best()).isNaN();
    assertThat(metrics.mean()).isNaN();
  }

  @Test
  void refusesWrongScores() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> halves().add(elite(0, 0.5)))
        .withMessageContaining("archive coding of 2 tasks got 1 scores");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> elite(5, 0.5, Double.NaN))
        .withMessageContaining("candidate 5");
    assertThatIllegalArgumentException().isThrownBy(() -> elite(-1, 0.5));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Archive.of(2, "coding", new Grid(List.of(Axis.of("maths", 0, 1, 2)))))
        .withMessageContaining("task number 2 does not fit 2 tasks");
  }

  @Test
  void agreesWithTheRecordedAddsOneByOne() throws Exception {
    double[] objective = Oracle.tensor("grid10k/inputs.safetensors", "objective");
    double[] measures = Oracle.tensor("grid10k/inputs.safetensors", "measures");
    double[] cell = Oracle.tensor("grid10k/adds.safetensors", "cell");
    double[] status = Oracle.tensor("grid10k/adds.safetensors", "status_single");
    double[] value = Oracle.tensor("grid10k/adds.safetensors", "value_single");
    JsonNode expected = Oracle.json("grid10k/expected.json");
    Grid grid = new Grid(Oracle.axes(expected.get("dims"), expected.get("ranges")));
    Archive archive = Archive.of(0, "objective", grid);
    for (int i = 0; i < objective.length; i++) {
      AddOutcome outcome =
          archive.add(elite(i, objective[i], measures[2 * i], measures[2 * i + 1]));
      assertThat(outcome.cell()).isEqualTo((int) cell[i]);
      assertThat(code(outcome.status())).isEqualTo((int) status[i]);
      assertThat(outcome.value()).isCloseTo(value[i], within(1e-12));
    }
    assertMetrics(archive.metrics(), expected);
    assertMetrics(archive.metrics(-5), expected.get("with_offset_minus5"));

    List<String> rows = new ArrayList<>();
    try (BufferedReader reader =
        new BufferedReader(
            new InputStreamReader(
                new GZIPInputStream(Files.newInputStream(Oracle.file("grid10k/elites.csv.gz"))),
                StandardCharsets.UTF_8))) {
      reader.lines().skip(1).forEach(rows::add);
    }
    List<ArchiveSnapshot.Cell> cells = archive.snapshot().cells();
    assertThat(cells).hasSameSizeAs(rows);
    for (int i = 0; i < rows.size(); i++) {
      List<String> field = List.of(rows.get(i).split(",", -1));
      ArchiveSnapshot.Cell occupied = cells.get(i);
      assertThat(grid.bins(occupied.index()))
          .containsExactly(Integer.parseInt(field.get(0)), Integer.parseInt(field.get(1)));
      assertThat(occupied.elite().candidate()).isEqualTo(Integer.parseInt(field.get(2)));
      assertThat(occupied.elite().scores().getFirst()).isEqualTo(Double.parseDouble(field.get(3)));
    }
  }

  @Test
  void agreesWithTheRecordedAddsInBatches() throws Exception {
    double[] objective = Oracle.tensor("grid10k/inputs.safetensors", "objective");
    double[] measures = Oracle.tensor("grid10k/inputs.safetensors", "measures");
    double[] status = Oracle.tensor("grid10k/adds.safetensors", "status_batch100");
    double[] value = Oracle.tensor("grid10k/adds.safetensors", "value_batch100");
    JsonNode expected = Oracle.json("grid10k/expected.json");
    Grid grid = new Grid(Oracle.axes(expected.get("dims"), expected.get("ranges")));
    List<Elite> elites = new ArrayList<>();
    for (int i = 0; i < objective.length; i++) {
      elites.add(elite(i, objective[i], measures[2 * i], measures[2 * i + 1]));
    }
    Archive hundreds = Archive.of(0, "objective", grid);
    for (int from = 0; from < elites.size(); from += 100) {
      List<AddOutcome> outcomes = hundreds.addBatch(elites.subList(from, from + 100));
      for (int i = 0; i < 100; i++) {
        assertThat(code(outcomes.get(i).status())).isEqualTo((int) status[from + i]);
        assertThat(outcomes.get(i).value()).isCloseTo(value[from + i], within(1e-12));
      }
    }
    Archive one = Archive.of(0, "objective", grid);
    one.addBatch(elites);
    Archive single = Archive.of(0, "objective", grid);
    elites.forEach(single::add);
    assertThat(hundreds.snapshot()).isEqualTo(one.snapshot()).isEqualTo(single.snapshot());
    assertMetrics(one.metrics(), expected);
    assertThat(one.metrics().elites()).isEqualTo(3754);
    assertClose(one.metrics().qdScore(), 2361.7181439);
    assertThat(one.metrics().best()).isEqualTo(4.045086423506767);
  }

  @Test
  void aBatchIsJudgedAgainstTheArchiveBeforeIt() {
    Archive archive = halves();
    archive.add(elite(0, 1, 0.1));
    List<AddOutcome> outcomes =
        archive.addBatch(
            List.of(
                elite(1, 0, 0.1),
                elite(2, -1, 0.1),
                elite(3, 2, 0.1),
                elite(4, 3, 0.1),
                elite(5, 1, 0.9),
                elite(6, 2, 0.9)));
    assertThat(outcomes).extracting(o -> code(o.status())).containsExactly(0, 0, 1, 1, 2, 2);
    assertThat(outcomes)
        .extracting(AddOutcome::value)
        .containsExactly(-1.0, -2.0, 1.0, 2.0, 1.0, 2.0);
    assertThat(archive.elites()).extracting(Elite::candidate).containsExactly(4, 6);

    List<Elite> hits = List.of(elite(0, 1, 0.1), elite(1, 3, 0.1), elite(2, 2, 0.1));
    assertThat(halves().addBatch(hits)).extracting(o -> code(o.status())).containsExactly(2, 2, 2);
    Archive oneByOne = halves();
    assertThat(hits.stream().map(oneByOne::add))
        .extracting(o -> code(o.status()))
        .containsExactly(2, 1, 0);
  }

  @Test
  void theFirstOfEqualsWinsInABatchToo() {
    Archive archive = halves();
    archive.addBatch(List.of(elite(3, 0.5, 0.1), elite(4, 0.5, 0.2)));
    assertThat(archive.elites()).extracting(Elite::candidate).containsExactly(3);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> archive.addBatch(List.of(elite(5, 0.9, 0.1), elite(6, 0.9))));
    assertThat(archive.elites()).extracting(Elite::candidate).containsExactly(3);
  }

  @Test
  void agreesWithTheRecordedScripts() throws Exception {
    for (JsonNode script : Oracle.json("stats/stats.json")) {
      Archive archive =
          Archive.of(
              0, "objective", new Grid(Oracle.axes(script.get("dims"), script.get("ranges"))));
      int candidate = 0;
      for (JsonNode step : script.get("steps")) {
        int batch = step.get("objective").size();
        for (int i = 0; i < batch; i++) {
          double[] at = Oracle.doubles(step.get("measures").get(i));
          AddOutcome outcome =
              archive.add(
                  elite(candidate++, step.get("objective").get(i).asDouble(), at[0], at[1]));
          // Inside a batch the other library compares with the archive before the batch.
          if (batch == 1) {
            assertThat(code(outcome.status())).isEqualTo(step.get("status").get(i).asInt());
            assertThat(outcome.value())
                .isCloseTo(step.get("value").get(i).asDouble(), within(1e-12));
          }
        }
        assertMetrics(archive.metrics(script.get("qd_score_offset").asDouble()), step.get("stats"));
        assertThat(archive.snapshot().cells())
            .map(c -> List.of(c.index(), c.elite().candidate(), c.elite().scores().getFirst()))
            .map(List::toString)
            .isEqualTo(
                step.get("elites")
                    .valueStream()
                    .map(e -> List.of(e.get(0).asInt(), e.get(1).asInt(), e.get(2).asDouble()))
                    .map(List::toString)
                    .toList());
      }
    }
  }

  static int code(Status status) {
    return switch (status) {
      case REJECTED -> 0;
      case IMPROVED -> 1;
      case NEW -> 2;
    };
  }

  private static void assertMetrics(Metrics metrics, JsonNode expected) {
    assertThat(metrics.elites()).isEqualTo(expected.get("num_elites").asInt());
    assertThat(metrics.coverage()).isEqualTo(expected.get("coverage").asDouble());
    assertClose(metrics.qdScore(), expected.get("qd_score").asDouble());
    assertClose(metrics.normalisedQdScore(), expected.get("norm_qd_score").asDouble());
    assertThat(metrics.best()).isEqualTo(expected.get("obj_max").asDouble());
    assertClose(metrics.mean(), expected.get("obj_mean").asDouble());
  }

  private static void assertClose(double actual, double expected) {
    assertThat(actual).isCloseTo(expected, within(1e-9 * Math.abs(expected)));
  }
}
