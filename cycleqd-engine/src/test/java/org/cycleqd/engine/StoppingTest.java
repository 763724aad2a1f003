package org.cycleqd.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.cycleqd.archive.AddRule;
import org.cycleqd.archive.ArchiveForm;
import org.cycleqd.archive.ArchiveView;
import org.cycleqd.archive.CvtRule;
import org.cycleqd.engine.CandidateRecord.Result;
import org.cycleqd.spectral.CoefficientGaussianMutation;
import org.cycleqd.spectral.Granularity;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class StoppingTest {

  private static final Stopping LOSSLESS = new Stopping.Lossless(1);
  private static final Variation WIDE =
      new Variation(
          Granularity.TENSOR,
          1.0,
          0.1,
          List.of(new CoefficientGaussianMutation(0.2, Granularity.TENSOR)));

  @TempDir Path folder;

  record Case(ArchiveForm form, int bins, int lag, int block, boolean binary) {}

  static Stream<Case> cases() {
    ArchiveForm cvt = new ArchiveForm(new CvtRule(8, 400, 20), new AddRule.Strict());
    ArchiveForm soft = new ArchiveForm(null, new AddRule.Soft(0.4, 0.3));
    return Stream.of(
        new Case(ArchiveForm.GRID, 3, 1, 1, true),
        new Case(ArchiveForm.GRID, 4, 5, 7, true),
        new Case(ArchiveForm.GRID, 15, 2, 1, true),
        new Case(ArchiveForm.GRID, 1, 3, 1, false),
        new Case(ArchiveForm.GRID, 4, 2, 3, false),
        new Case(cvt, 1, 3, 2, true),
        new Case(soft, 3, 2, 1, true),
        new Case(soft, 4, 4, 1, false));
  }

  private static SearchSettings settings(Case each, long seed) {
    SearchSettings paper = SearchSettings.paper(seed, Toy.TASKS);
    return paper
        .withBudget(60, each.lag())
        .withGrid(new GridRule(each.bins(), 0.85, 1.15))
        .withVariation(WIDE)
        .withArchive(each.form());
  }

  @ParameterizedTest
  @MethodSource("cases")
  void archivesAndModelsAreThoseOfARunThatStopsNothing(Case each) throws Exception {
    int stopped = 0;
    for (long seed = 1; seed <= 2; seed++) {
      SearchSettings settings = settings(each, seed);
      NoisyItems all = NoisyItems.binary(each.binary());
      NoisyItems some = NoisyItems.binary(each.binary());
      SearchOutcome full = run("full" + seed, settings, all, 1);
      SearchOutcome early =
          run("early" + seed, settings.withStopping(new Stopping.Lossless(each.block())), some, 2);
      RunHistory fullHistory = history("full" + seed);
      RunHistory earlyHistory = history("early" + seed);
      assertThat(earlyHistory.insertions()).isEqualTo(fullHistory.insertions());
      assertThat(snapshots(early)).isEqualTo(snapshots(full));
      assertThat(early.aggregate().genome().digest()).isEqualTo(full.aggregate().genome().digest());
      assertThat(early.best().orElseThrow().candidate())
          .isEqualTo(full.best().orElseThrow().candidate());
      assertThat(earlyHistory.curve()).isEqualTo(fullHistory.curve());
      for (int i = 0; i < fullHistory.candidates().size(); i++) {
        CandidateRecord of = fullHistory.candidates().get(i);
        CandidateRecord it = earlyHistory.candidates().get(i);
        assertThat(it.genome()).isEqualTo(of.genome());
        assertThat(it.origin()).isEqualTo(of.origin());
        if (it.result() instanceof Result.Stopped(List<SeenScores> seen)) {
          stopped++;
          assertSame(seen, of);
        } else {
          assertThat(it).isEqualTo(of);
        }
      }
      assertThat(some.asked().get()).isLessThan(all.asked().get());
    }
    assertThat(stopped).isPositive();
  }

  /** What was asked is what the full run found. */
  private static void assertSame(List<SeenScores> seen, CandidateRecord full) {
    Evaluation evaluation = ((Result.Scored) full.result()).evaluation();
    int asked = 0;
    for (int k = 0; k < seen.size(); k++) {
      for (int i = 0; i < seen.get(k).size(); i++) {
        if (seen.get(k).knows(i)) {
          assertThat(seen.get(k).get(i)).isEqualTo(evaluation.tasks().get(k).get(i));
          asked++;
        }
      }
    }
    assertThat(asked).isLessThan(3 * Toy.ITEMS);
  }

  @Test
  void theJournalIsTheSameForAnyNumberOfWorkersAndWhereverItWasKilled() throws Exception {
    SearchSettings settings =
        settings(new Case(ArchiveForm.GRID, 3, 4, 1, true), 5)
            .withBudget(24, 4)
            .withStopping(LOSSLESS);
    run("one", settings, NoisyItems.binary(true), 1);
    run("four", settings, NoisyItems.binary(true), 4);
    String whole = Toy.journal(folder.resolve("one"));
    assertThat(Toy.journal(folder.resolve("four"))).isEqualTo(whole);
    assertThat(whole).contains("\"seen\":[\"");
    Path journal = RunHistory.journal(folder.resolve("one"));
    for (int end = whole.indexOf('\n'); end >= 0; end = whole.indexOf('\n', end + 1)) {
      Files.writeString(journal, whole.substring(0, Math.min(whole.length(), end + 40)));
      run("one", settings, NoisyItems.binary(true), 3);
      assertThat(Files.readString(journal)).isEqualTo(whole);
    }
  }

  @Test
  void racingSavesItemsAndItsJournalIsRepeatable() throws Exception {
    SearchSettings settings = settings(new Case(ArchiveForm.GRID, 3, 2, 1, true), 3);
    NoisyItems all = NoisyItems.binary(true);
    NoisyItems racing = NoisyItems.binary(true);
    run("all", settings, all, 1);
    SearchSettings raced = settings.withStopping(new Stopping.Racing(6, 0.2));
    run("racing", raced, racing, 1);
    run("again", raced, NoisyItems.binary(true), 2);
    assertThat(racing.asked().get()).isLessThan(all.asked().get());
    assertThat(Toy.journal(folder.resolve("again")))
        .isEqualTo(Toy.journal(folder.resolve("racing")))
        .contains("\"stopping\":{\"rule\":\"racing\",\"block\":6,\"error\":0.2}");
    assertThat(history("racing").header().settings()).isEqualTo(raced);
    assertThatExceptionOfType(SearchException.class)
        .isThrownBy(() -> run("graded", raced, NoisyItems.binary(false), 1))
        .withMessageContaining("stopping needs items that score 0 or 1");
  }

  @Test
  void aCandidateThatWasStoppedWronglyIsAnError() throws Exception {
    SearchSettings settings =
        settings(new Case(ArchiveForm.GRID, 3, 1, 1, true), 1).withStopping(LOSSLESS);
    run("run", settings, NoisyItems.binary(true), 1);
    Path journal = RunHistory.journal(folder.resolve("run"));
    StringBuilder forged = new StringBuilder();
    String chain = "";
    for (String line : Files.readAllLines(journal)) {
      String record = line.substring(line.indexOf("\"record\":") + 9, line.length() - 1);
      int seen = record.indexOf("\"seen\":");
      if (seen > 0) {
        record = record.substring(0, seen) + record.substring(seen).replaceAll("[01]", ".");
      }
      chain = JournalLines.chain(chain, record);
      forged.append(JournalLines.line(chain, record)).append('\n');
    }
    Files.writeString(journal, forged);
    assertThatExceptionOfType(JournalException.class)
        .isThrownBy(() -> RunHistory.read(journal))
        .withMessageContaining("was stopped, but an archive might take it");
  }

  /** A fork that stops nothing any more still takes over what was rightly stopped. */
  @Test
  void aForkKeepsStoppedCandidatesUnlessItsArchivesMightTakeThem() throws Exception {
    SearchSettings settings = settings(new Case(ArchiveForm.GRID, 3, 1, 1, true), 1);
    run("run", settings.withStopping(LOSSLESS), NoisyItems.binary(true), 1);
    List<CandidateRecord> before = history("run").candidates();
    int last = before.size() - 1;
    assertThat(before).anyMatch(it -> it.result() instanceof Result.Stopped);
    SearchSettings longer = settings.withBudget(settings.children() + 5, settings.lag());
    RunFork.write(folder.resolve("run"), last, folder.resolve("fork"), longer);
    run("fork", longer, NoisyItems.binary(true), 2);
    List<CandidateRecord> after = history("fork").candidates();
    assertThat(after).hasSize(before.size() + 5);
    assertThat(after.subList(0, before.size())).isEqualTo(before);
    assertThat(after.subList(before.size(), after.size())).allMatch(it -> it.scores().isPresent());

    SearchSettings finer = longer.withStopping(LOSSLESS).withGrid(new GridRule(97, 0.5, 1.5));
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> RunFork.write(folder.resolve("run"), last, folder.resolve("finer"), finer))
        .withMessageContaining("was stopped, but an archive might take it")
        .withMessageContaining("keep the archives' settings");
    assertThat(folder.resolve("finer").resolve(Journal.FILE)).doesNotExist();
  }

  @Test
  void whatCannotBeStoppedIsRefused() {
    SearchSettings stopping = Toy.settings(3, 1).withStopping(LOSSLESS);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Toy.search(stopping).run(folder, Toy::evaluate, 1, SearchListener.NONE))
        .withMessageContaining("item by item");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> stopping.withArchive(new ArchiveForm(null, new AddRule.DominatedNovelty(4, 2))))
        .withMessageContaining("may take later what it rejects now");
    assertThatIllegalArgumentException().isThrownBy(() -> new Stopping.Lossless(0));
    assertThatIllegalArgumentException().isThrownBy(() -> new Stopping.Racing(1, 1.0));
  }

  @Test
  void anItemwiseEvaluatorAlsoScoresAllAtOnce() throws Exception {
    SearchSettings settings = Toy.settings(5, 2);
    run("whole", settings, NoisyItems.binary(true), 1);
    assertThat(history("whole").candidates()).hasSize(8).allMatch(it -> it.scores().isPresent());
  }

  private SearchOutcome run(String name, SearchSettings settings, Evaluator evaluator, int threads)
      throws Exception {
    return Toy.search(settings).run(folder.resolve(name), evaluator, threads, SearchListener.NONE);
  }

  private RunHistory history(String name) throws Exception {
    return RunHistory.read(RunHistory.journal(folder.resolve(name)));
  }

  private static List<?> snapshots(SearchOutcome outcome) {
    return outcome.archives().stream().map(ArchiveView::snapshot).toList();
  }
}
