package org.cycleqd.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.cycleqd.archive.AddOutcome;
import org.cycleqd.archive.ArchiveView;
import org.cycleqd.archive.Axis;
import org.cycleqd.archive.Range;
import org.cycleqd.spectral.Genome;
import org.cycleqd.spectral.Granularity;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunHistoryTest {

  @TempDir Path folder;

  @Test
  void foldsTheJournalIntoTheArchivesOfTheRun() throws Exception {
    SearchSettings settings = Toy.settings(40, 3);
    SearchOutcome outcome = Toy.run(folder, settings);
    RunHistory history = RunHistory.read(RunHistory.journal(folder));
    assertThat(history.header())
        .isEqualTo(RunHeader.of(settings, Toy.LAYOUT, Map.of("base", "toy")));
    assertThat(history.candidates()).hasSize(43);
    assertThat(history.archives().stream().map(ArchiveView::snapshot))
        .isEqualTo(outcome.archives().stream().map(ArchiveView::snapshot).toList());
    assertThat(history.curve()).hasSize(43);
    assertThat(history.curve().getLast().metrics())
        .isEqualTo(outcome.archives().stream().map(ArchiveView::metrics).toList());
    for (int i = 1; i < 43; i++) {
      for (int k = 0; k < 3; k++) {
        assertThat(history.curve().get(i).metrics().get(k).qdScore())
            .isGreaterThanOrEqualTo(history.curve().get(i - 1).metrics().get(k).qdScore());
      }
    }
    assertThat(history.candidates().getFirst().result())
        .isInstanceOfSatisfying(
            CandidateRecord.Result.Scored.class,
            scored -> {
              assertThat(scored.outcomes()).hasSize(3);
              assertThat(scored.evaluation()).isEqualTo(Toy.evaluate(Genome.expert(Toy.LAYOUT, 0)));
            });
  }

  @Test
  void axesFollowTheRuleUnlessATaskNamesItsRange() throws Exception {
    List<SearchTask> tasks =
        List.of(
            new SearchTask("os", 0, new Range(0.1, 0.9)),
            SearchTask.of("coding", 1),
            SearchTask.of("db", 2));
    SearchSettings settings =
        new SearchSettings(
            1,
            tasks,
            2,
            1,
            new GridRule(5, 0.5, 2),
            Sampling.PAPER,
            Variation.PAPER,
            1,
            null,
            null);
    Toy.run(folder, settings);
    RunHistory history = RunHistory.read(RunHistory.journal(folder));
    assertThat(history.header().settings()).isEqualTo(settings);
    assertThat(history.axes().getFirst()).isEqualTo(Axis.of("os", 0.1, 0.9, 5));
    double expert = history.candidates().get(1).scores().orElseThrow().get(1);
    assertThat(history.axes().get(1).high()).isEqualTo(2 * expert);
  }

  @Test
  void sharesOfParentsFollowFromSeedAndNumber() throws Exception {
    Variation crossoverOnly = new Variation(Granularity.MODEL, 1.0, 0.03, List.of());
    SearchOutcome outcome = Toy.run(folder, Toy.settings(1, 1).withVariation(crossoverOnly));
    RunHistory history = RunHistory.read(RunHistory.journal(folder));
    List<Integer> parents =
        ((CandidateRecord.Origin.Child) history.candidates().get(3).origin()).parents();
    double share = history.firstShare(3, "model");
    assertThat(share).isNotEqualTo(0.5).isCloseTo(0.5, within(0.1));
    Genome mix =
        Genome.expert(Toy.LAYOUT, parents.get(0))
            .mix(Genome.expert(Toy.LAYOUT, parents.get(1)), site -> share);
    assertThat(mix.digest()).isEqualTo(outcome.best().orElseThrow().genome().digest());
    assertThatIllegalArgumentException()
        .isThrownBy(() -> history.firstShare(0, "model"))
        .withMessage("candidate 0 is no child of this run");
    assertThatIllegalArgumentException().isThrownBy(() -> history.firstShare(4, "model"));
  }

  @Test
  void aRunThatHasJustBegunCanBeRead() throws Exception {
    Toy.run(folder, Toy.settings(2, 1));
    Path journal = RunHistory.journal(folder);
    List<String> lines = Files.readAllLines(journal);
    for (int kept = 1; kept <= lines.size(); kept++) {
      Files.writeString(journal, String.join("\n", lines.subList(0, kept)) + "\n{\"chain\":\"12");
      RunHistory history = RunHistory.read(journal);
      assertThat(history.candidates()).hasSize(kept <= 4 ? kept - 1 : kept - 2);
      assertThat(history.archives()).hasSize(kept <= 4 ? 0 : 3);
      assertThat(history.curve()).hasSize(kept <= 4 ? 0 : kept - 2);
    }
    Files.writeString(journal, "");
    assertThatExceptionOfType(JournalException.class)
        .isThrownBy(() -> RunHistory.read(journal))
        .withMessageContaining("no header yet");
  }

  @Test
  void outcomesThatDoNotFollowFromTheScoresAreAnError() throws Exception {
    Toy.run(folder, Toy.settings(2, 1));
    Path journal = RunHistory.journal(folder);
    StringBuilder forged = new StringBuilder();
    String chain = "";
    for (String line : Files.readAllLines(journal)) {
      String record =
          line.substring(line.indexOf("\"record\":") + 9, line.length() - 1)
              .replaceAll("\"cell\":\\d+", "\"cell\":3");
      forged.append(JournalLines.line(chain, record)).append('\n');
      chain = JournalLines.chain(chain, record);
    }
    Files.writeString(journal, forged);
    assertThatExceptionOfType(JournalException.class)
        .isThrownBy(() -> RunHistory.read(journal))
        .withMessageContaining("line 6: the outcomes of candidate 3 do not follow");
  }

  @Test
  void itemsAreWrittenAsDigitsOrNumbers() {
    CandidateRecord candidate =
        new CandidateRecord(
            4,
            new CandidateRecord.Origin.Child(1, List.of(0, 2)),
            "abc",
            new CandidateRecord.Result.Scored(
                Evaluation.of(new double[] {1, 0, 1, 1}, new double[] {0.25, 1, 1.0 / 3}),
                List.of(new AddOutcome(AddOutcome.Status.REJECTED, 7, -0.125))));
    String json = RecordJson.candidate(candidate).toString();
    assertThat(json)
        .contains("\"items\":[\"1011\",[0.25,1.0,0.3333333333333333]]")
        .contains("\"outcomes\":[{\"status\":\"rejected\",\"cell\":7,\"value\":-0.125}]");
    assertThat(RecordJson.readCandidate(RecordJson.candidate(candidate))).isEqualTo(candidate);
  }

  @Test
  void aSnapshotHasAJsonForm() throws Exception {
    SearchOutcome outcome = Toy.run(folder, Toy.settings(0, 1));
    assertThat(ArchiveJson.write(outcome.archives().getFirst().snapshot()))
        .startsWith("{\"task\":\"os\",\"axes\":[{\"task\":\"coding\",\"low\":")
        .contains("\"candidate\":0,\"scores\":[0.775,");
  }
}
