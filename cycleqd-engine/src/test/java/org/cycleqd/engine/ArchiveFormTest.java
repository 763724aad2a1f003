package org.cycleqd.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.cycleqd.archive.AddRule;
import org.cycleqd.archive.ArchiveCycle;
import org.cycleqd.archive.ArchiveForm;
import org.cycleqd.archive.ArchiveView;
import org.cycleqd.archive.Axis;
import org.cycleqd.archive.CvtRule;
import org.cycleqd.archive.Metrics;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Searches with archives of all kinds. */
class ArchiveFormTest {

  private static final ArchiveForm CVT =
      new ArchiveForm(new CvtRule(12, 500, 20), new AddRule.Strict());
  private static final ArchiveForm SOFT = new ArchiveForm(null, new AddRule.Soft(0.25, 0.125));
  private static final ArchiveForm NOVELTY =
      new ArchiveForm(null, new AddRule.DominatedNovelty(6, 3));

  @TempDir Path folder;

  static Stream<ArchiveForm> forms() {
    return Stream.of(CVT, SOFT, NOVELTY);
  }

  @ParameterizedTest
  @MethodSource("forms")
  void aRunResumedAtAnyRecordEndsWithTheSameJournal(ArchiveForm form) throws Exception {
    SearchSettings settings = Toy.settings(20, 3).withArchive(form);
    SearchOutcome outcome = Toy.run(folder, settings);
    Path journal = RunHistory.journal(folder);
    String whole = Files.readString(journal);
    RunHistory history = RunHistory.read(journal);
    assertThat(history.header().settings()).isEqualTo(settings);
    assertThat(history.archives().stream().map(ArchiveView::snapshot))
        .isEqualTo(outcome.archives().stream().map(ArchiveView::snapshot).toList());
    for (int end = whole.indexOf('\n'); end >= 0; end = whole.indexOf('\n', end + 1)) {
      Files.writeString(journal, whole.substring(0, end + 1));
      Toy.search(settings).run(folder, Toy::evaluate, 2, SearchListener.NONE);
      assertThat(Files.readString(journal)).isEqualTo(whole);
    }
    assertThat(history.replayed(form, history.axes()).archives())
        .map(ArchiveView::snapshot)
        .isEqualTo(history.archives().stream().map(ArchiveView::snapshot).toList());
  }

  @Test
  void aJournalNamesItsKindOfArchivesUnlessItIsThePapers() throws Exception {
    Toy.run(folder, Toy.settings(2, 1).withArchive(ArchiveForm.GRID));
    assertThat(Toy.journal(folder)).doesNotContain("\"archive\"", "centroids", "strict");
    refused(
        Toy.settings(2, 1).withArchive(CVT),
        "settings.archive is absent there and {\"cvt\":{\"cells\":12,\"samples\":500,\"rounds\":20}");

    Path other = folder.resolve("soft");
    Toy.run(other, Toy.settings(2, 1).withArchive(SOFT));
    assertThat(Toy.journal(other))
        .contains(
            "\"archive\":{\"add\":{\"rule\":\"soft\",\"learningRate\":0.25,\"minimum\":0.125}}");
    folder = other;
    refused(
        Toy.settings(2, 1).withArchive(new ArchiveForm(null, new AddRule.Soft(0.5, 0.125))),
        "settings.archive.add.learningRate is 0.25 there and 0.5 in this run");
    refused(
        Toy.settings(2, 1).withArchive(NOVELTY),
        "settings.archive.add.rule is \"soft\" there and \"dominated-novelty\" in this run");
  }

  private void refused(SearchSettings settings, String message) {
    assertThatExceptionOfType(JournalException.class)
        .isThrownBy(() -> Toy.run(folder, settings))
        .withMessageContaining("line 1")
        .withMessageContaining(message);
  }

  @Test
  void snapshotsSayWhereCellsAre() throws Exception {
    SearchOutcome cvt = Toy.run(folder.resolve("cvt"), Toy.settings(0, 1).withArchive(CVT));
    assertThat(ArchiveJson.write(cvt.archives().getFirst().snapshot()))
        .contains("\"centroids\":[[0.", "\"cells\":[{\"cell\":");
    SearchOutcome novelty = Toy.run(folder.resolve("dns"), Toy.settings(0, 1).withArchive(NOVELTY));
    assertThat(ArchiveJson.write(novelty.archives().getFirst().snapshot()))
        .contains("\"capacity\":6", "\"cells\":[{\"cell\":0,\"candidate\":0,");
  }

  @Test
  void otherAxesAreReplayedFromTheJournal() throws Exception {
    Toy.run(folder, Toy.settings(40, 2));
    RunHistory history = RunHistory.read(RunHistory.journal(folder));
    List<Axis> whole = Toy.TASKS.stream().map(task -> Axis.of(task, 0, 1, 1)).toList();
    ArchiveCycle one = history.replayed(ArchiveForm.GRID, whole);
    for (int k = 0; k < 3; k++) {
      int task = k;
      double best =
          history.candidates().stream()
              .mapToDouble(candidate -> candidate.scores().orElseThrow().get(task))
              .max()
              .orElseThrow();
      Metrics metrics = one.archives().get(k).metrics();
      assertThat(metrics.elites()).isEqualTo(1);
      assertThat(metrics.best()).isEqualTo(best);
    }
    assertThat(one.elites().getFirst().items()).hasSize(3);
    assertThat(history.digest())
        .hasSize(64)
        .isEqualTo(JournalLines.read(RunHistory.journal(folder)).chain());
  }
}
