package org.cycleqd.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.cycleqd.archive.AddRule;
import org.cycleqd.archive.ArchiveForm;
import org.cycleqd.archive.ArchiveSnapshot;
import org.cycleqd.archive.ArchiveView;
import org.cycleqd.archive.Elite;
import org.cycleqd.random.Draws;
import org.cycleqd.spectral.Genome;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReevaluationTest {

  private static final int ITEMS = 15;
  private static final int FURTHER = 40;

  @TempDir Path folder;

  /** Items that are solved with the probability that is the toy's score. */
  private static Evaluation drawn(Genome genome, String items, int count) {
    List<Double> truth = Toy.evaluate(genome).scores();
    double[][] scores = new double[truth.size()][count];
    for (int task = 0; task < scores.length; task++) {
      Draws draws = Draws.at(3, items, genome.digest(), task);
      double solved = truth.get(task);
      Arrays.setAll(scores[task], i -> draws.uniform(i) < solved ? 1 : 0);
    }
    return Evaluation.of(scores);
  }

  private static Evaluator search(AtomicInteger asked) {
    return genome -> {
      asked.incrementAndGet();
      return drawn(genome, "search", ITEMS);
    };
  }

  private static Evaluator further(AtomicInteger asked) {
    return genome -> {
      asked.incrementAndGet();
      return drawn(genome, "further", FURTHER);
    };
  }

  private static SearchSettings settings(int children, int lag, int every) {
    return Toy.settings(children, lag)
        .withGrid(new GridRule(4, 0.5, 1.3))
        .withReevaluation(new Reevaluation(every, FURTHER));
  }

  private SearchOutcome run(String name, SearchSettings settings, int threads) throws Exception {
    return Toy.search(settings)
        .run(
            folder.resolve(name),
            search(new AtomicInteger()),
            Optional.of(further(new AtomicInteger())),
            SearchExecution.of(threads),
            SearchListener.NONE);
  }

  private RunHistory history(String name) throws IOException {
    return RunHistory.read(RunHistory.journal(folder.resolve(name)));
  }

  /** Every cell holds the best of all that were scored again and fall into it. */
  @ParameterizedTest
  @CsvSource({"60, 1, 10", "60, 4, 7", "45, 3, 45", "50, 8, 1", "33, 5, 1000"})
  void archivesAreThoseOfAllThatWereScoredAgain(int children, int lag, int every) throws Exception {
    SearchOutcome outcome = run("run", settings(children, lag, every), 3);
    RunHistory history = history("run");
    assertThat(history.rounds()).hasSize((children + every - 1) / every);
    Map<Integer, CandidateRecord> again = history.scoredAgain();
    for (ArchiveView archive : outcome.archives()) {
      Map<Integer, Elite> best = new HashMap<>();
      for (CandidateRecord record : again.values()) {
        Elite elite = record.elite().orElseThrow();
        double quality = elite.scores().get(archive.task());
        int cell = cell(archive, elite);
        if (!best.containsKey(cell) || quality > best.get(cell).scores().get(archive.task())) {
          best.put(cell, elite);
        }
      }
      Map<Integer, Elite> held = new HashMap<>();
      for (ArchiveSnapshot.Cell cell : archive.contents()) {
        held.put(cell.index(), cell.elite());
        assertThat(cell.elite().items().get(0).size()).isEqualTo(ITEMS + FURTHER);
      }
      assertThat(held).isEqualTo(best);
    }
    // What the journal tells is what the search says.
    assertThat(history.archives().stream().map(ArchiveView::snapshot))
        .isEqualTo(outcome.archives().stream().map(ArchiveView::snapshot).toList());
    Pedigree pedigree = Pedigree.of(history, Toy.LAYOUT, SearchStrategy.Catalogue.CYCLEQD);
    SearchOutcome.Best best = outcome.best().orElseThrow();
    assertThat(pedigree.best()).contains(best.candidate().number());
    assertThat(pedigree.candidate(best.candidate().number()).digest())
        .isEqualTo(best.genome().digest());
    assertThat(best.candidate()).isEqualTo(again.get(best.candidate().number()));
    assertThat(pedigree.aggregate().genome().digest())
        .isEqualTo(outcome.aggregate().genome().digest());
    outcome
        .genomes()
        .forEach((number, genome) ->
            assertThat(genome.digest()).isEqualTo(history.candidates().get(number).genome()));
  }

  private static int cell(ArchiveView archive, Elite elite) {
    double[] place = new double[elite.scores().size() - 1];
    for (int task = 0, axis = 0; task < elite.scores().size(); task++) {
      if (task != archive.task()) {
        place[axis++] = elite.scores().get(task);
      }
    }
    return ((org.cycleqd.archive.Tessellation) archive.layout()).cell(place);
  }

  @Test
  void theJournalDependsNeitherOnWorkersNorOnKills() throws Exception {
    SearchSettings settings = settings(25, 4, 6);
    run("whole", settings, 1);
    Path whole = RunHistory.journal(folder.resolve("whole"));
    for (int threads : new int[] {2, 4, 9}) {
      run("threads-" + threads, settings, threads);
      assertThat(RunHistory.journal(folder.resolve("threads-" + threads)))
          .hasSameBinaryContentAs(whole);
    }
    byte[] bytes = Files.readAllBytes(whole);
    RunHistory history = history("whole");
    int rounds = history.rounds().stream().mapToInt(round -> round.found().size()).sum();
    int candidates = history.candidates().size();
    int records = 0;
    for (int length = 0; length <= bytes.length; length++) {
      if (length > 0 && bytes[length - 1] != '\n') {
        continue;
      }
      Path directory = folder.resolve("cut-" + length);
      Files.createDirectories(directory);
      Files.write(RunHistory.journal(directory), Arrays.copyOf(bytes, length));
      RunHistory before = length == 0 ? null : RunHistory.read(RunHistory.journal(directory));
      int known = before == null ? 0 : before.candidates().size();
      int knownAgain =
          before == null
              ? 0
              : before.rounds().stream().mapToInt(round -> round.found().size()).sum();
      AtomicInteger asked = new AtomicInteger();
      AtomicInteger again = new AtomicInteger();
      Toy.search(settings)
          .run(
              directory,
              search(asked),
              Optional.of(further(again)),
              SearchExecution.of(2),
              SearchListener.NONE);
      assertThat(RunHistory.journal(directory)).hasSameBinaryContentAs(whole);
      assertThat(asked).hasValue(candidates - known);
      assertThat(again).hasValue(rounds - knownAgain);
      records++;
    }
    // Header, experts, axes, children, and rounds after 6, 12, 18, 24 and the last child.
    assertThat(records).isEqualTo(1 + 1 + 3 + 1 + 25 + 5);
  }

  /** Scores of elites that were picked for them are too high; those of other items are not. */
  @Test
  void luckDoesNotLast() throws Exception {
    SearchSettings settings = settings(250, 4, 25);
    double picked = 0;
    double checked = 0;
    for (int seed = 0; seed < 4; seed++) {
      SearchSettings one =
          new SearchSettings(
                  seed,
                  settings.tasks(),
                  settings.children(),
                  settings.lag(),
                  settings.grid(),
                  settings.sampling(),
                  settings.variation(),
                  1,
                  null)
              .withReevaluation(settings.reevaluation());
      picked += excess(run("picked-" + seed, one.withReevaluation(null), 2));
      checked += excess(run("checked-" + seed, one, 2));
    }
    assertThat(picked / 4).isGreaterThan(0.1);
    assertThat(checked / 4).isLessThan(picked / 4 / 2);
  }

  /** By how much the elites' quality is above what they can. */
  private static double excess(SearchOutcome outcome) {
    double sum = 0;
    int count = 0;
    for (ArchiveView archive : outcome.archives()) {
      for (Elite elite : archive.elites()) {
        Genome genome = outcome.genome(elite.candidate());
        sum +=
            elite.scores().get(archive.task()) - Toy.evaluate(genome).scores().get(archive.task());
        count++;
      }
    }
    return sum / count;
  }

  @ParameterizedTest
  @CsvSource({"confident", "soft", "novelty"})
  void everyAddRuleGoesWithIt(String rule) throws Exception {
    AddRule add =
        switch (rule) {
          case "confident" -> new AddRule.Confident(0.2);
          case "soft" -> new AddRule.Soft(0.5, 0);
          default -> new AddRule.DominatedNovelty(12, 3);
        };
    SearchSettings settings = settings(40, 3, 8).withArchive(new ArchiveForm(null, add));
    if (add instanceof AddRule.DominatedNovelty) {
      settings = settings.withGrid(new GridRule(1, 0.5, 1.3));
    }
    SearchOutcome outcome = run(rule, settings, 2);
    byte[] bytes = Files.readAllBytes(RunHistory.journal(folder.resolve(rule)));
    Path half = folder.resolve("half");
    Files.createDirectories(half);
    Files.write(RunHistory.journal(half), Arrays.copyOf(bytes, bytes.length / 2));
    run("half", settings, 3);
    assertThat(RunHistory.journal(half)).hasBinaryContent(bytes);
    assertThat(history("half").archives().stream().map(ArchiveView::snapshot))
        .isEqualTo(outcome.archives().stream().map(ArchiveView::snapshot).toList());
  }

  @Test
  void whatFailsThenLeavesTheArchives() throws Exception {
    SearchSettings settings = settings(40, 2, 5);
    String expert = Genome.expert(Toy.LAYOUT, 1).digest();
    Evaluator failing =
        genome -> {
          boolean given =
              List.of(0, 1, 2).stream()
                  .anyMatch(e -> Genome.expert(Toy.LAYOUT, e).digest().equals(genome.digest()));
          if (!given && genome.digest().charAt(0) < '8') {
            throw new EvaluationException("answers nothing any more");
          }
          return drawn(genome, "further", FURTHER);
        };
    SearchOutcome outcome =
        Toy.search(settings)
            .run(
                folder.resolve("failing"),
                search(new AtomicInteger()),
                Optional.of(failing),
                SearchExecution.of(2),
                SearchListener.NONE);
    RunHistory history = history("failing");
    assertThat(history.rounds())
        .flatMap(Round::found)
        .anyMatch(found -> found.reason().equals("answers nothing any more"));
    for (ArchiveView archive : outcome.archives()) {
      assertThat(archive.elites())
          .isNotEmpty()
          .allMatch(elite -> history.scoredAgain().containsKey(elite.candidate()));
    }
    assertThatExceptionOfType(SearchException.class)
        .isThrownBy(() ->
            Toy.search(settings)
                .run(
                    folder.resolve("expert"),
                    search(new AtomicInteger()),
                    Optional.of(
                        (Evaluator)
                            genome -> {
                              if (genome.digest().equals(expert)) {
                                throw new EvaluationException("gone");
                              }
                              return drawn(genome, "further", FURTHER);
                            }),
                    SearchExecution.of(1),
                    SearchListener.NONE))
        .withMessage("expert coding-expert could not be scored again: gone");
  }

  @Test
  void itCountsAsEvaluationsAndHasLimits() throws Exception {
    SearchSettings plain = settings(200, 2, 10).withLimits(new Limits(6000L, null));
    SearchOutcome outcome = run("limited", plain, 2);
    assertThat(outcome.ending()).isEqualTo(Ending.EVALUATIONS);
    RunHistory history = history("limited");
    assertThat(history.ending()).contains(Ending.EVALUATIONS);
    long items =
        history.candidates().size() * 3L * ITEMS
            + history.rounds().stream().mapToLong(Round::items).sum();
    assertThat(items).isGreaterThanOrEqualTo(6000);
    assertThat(history.candidates().size() * 3L * ITEMS).isLessThan(6000);

    assertThatIllegalArgumentException()
        .isThrownBy(() -> plain.withStopping(new Stopping.Lossless(1)))
        .withMessageContaining("scored again may fall");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Reevaluation(0, 5))
        .withMessageContaining("found every 0 children");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Toy.run(folder.resolve("without"), plain))
        .withMessageContaining("by no evaluator");
    assertThatIllegalArgumentException()
        .isThrownBy(() ->
            RunFork.write(
                folder.resolve("limited"), 20, folder.resolve("fork"), Toy.settings(300, 2)))
        .withMessageContaining("scores elites again");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> StoppingReplay.of(history))
        .withMessageContaining("scores elites again");
  }

  @Test
  void aRoundOverOtherCandidatesIsRefused() throws Exception {
    run("whole", settings(12, 2, 5), 1);
    StringBuilder forged = new StringBuilder();
    String chain = "";
    for (String line : Files.readAllLines(RunHistory.journal(folder.resolve("whole")))) {
      String record = line.substring(line.indexOf("\"record\":") + 9, line.length() - 1);
      record = record.replace("\"after\":7", "\"after\":6");
      chain = JournalLines.chain(chain, record);
      forged.append(JournalLines.line(chain, record)).append('\n');
    }
    Files.writeString(RunHistory.journal(folder.resolve("whole")), forged);
    assertThatExceptionOfType(JournalException.class)
        .isThrownBy(() -> history("whole"))
        .withMessageContaining("a round after candidate 6")
        .withMessageContaining("expected one after candidate 7");
  }
}
