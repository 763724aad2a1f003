package org.cycleqd.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.jenetics.util.RandomRegistry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;
import org.cycleqd.archive.ArchiveView;
import org.cycleqd.archive.Elite;
import org.cycleqd.engine.CandidateRecord.Origin;
import org.cycleqd.engine.CandidateRecord.Result;
import org.cycleqd.spectral.CoefficientGaussianMutation;
import org.cycleqd.spectral.ExpertBasisMutation;
import org.cycleqd.spectral.Genome;
import org.cycleqd.spectral.Granularity;
import org.cycleqd.spectral.LiteralMutation;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SearchTest {

  @TempDir Path folder;

  @Test
  void findsModelsThatAreBetterThanEveryExpert() throws Exception {
    SearchOutcome outcome = Toy.run(folder, Toy.settings(150, 1));
    RunHistory history = RunHistory.read(RunHistory.journal(folder));
    double bestExpert =
        history.candidates().stream().limit(3).mapToDouble(SearchTest::mean).max().orElseThrow();
    SearchOutcome.Best best = outcome.best().orElseThrow();
    assertThat(mean(best.candidate())).isGreaterThan(bestExpert + 0.15);
    assertThat(best.genome().digest()).isEqualTo(best.candidate().genome());
    assertThat(mean(Toy.evaluate(outcome.aggregate().genome()).scores()))
        .isGreaterThan(bestExpert + 0.1);
    for (int k = 0; k < 3; k++) {
      RunHistory.Point first = history.curve().get(2);
      RunHistory.Point last = history.curve().getLast();
      assertThat(last.metrics().get(k).qdScore()).isGreaterThan(first.metrics().get(k).qdScore());
    }
  }

  @Test
  void theJournalDoesNotDependOnTheNumberOfThreads() throws Exception {
    SearchSettings settings = Toy.settings(40, 4);
    List<String> journals = new ArrayList<>();
    for (int threads : new int[] {1, 2, 4}) {
      Path directory = folder.resolve("threads-" + threads);
      Toy.search(settings).run(directory, Toy::evaluateSlowly, threads, SearchListener.NONE);
      journals.add(Toy.journal(directory));
    }
    assertThat(journals.get(1)).isEqualTo(journals.getFirst());
    assertThat(journals.get(2)).isEqualTo(journals.getFirst());
  }

  @Test
  void theJournalDoesNotDependOnTheOrderOfCompletion() throws Exception {
    SearchSettings settings = Toy.settings(8, 2);
    Toy.run(folder.resolve("one"), settings);
    String first =
        RunHistory.read(RunHistory.journal(folder.resolve("one"))).candidates().get(3).genome();
    String second =
        RunHistory.read(RunHistory.journal(folder.resolve("one"))).candidates().get(4).genome();
    CountDownLatch secondDone = new CountDownLatch(1);
    Toy.search(settings)
        .run(
            folder.resolve("two"),
            genome -> {
              if (genome.digest().equals(first)) {
                secondDone.await();
              }
              if (genome.digest().equals(second)) {
                secondDone.countDown();
              }
              return Toy.evaluate(genome);
            },
            2,
            SearchListener.NONE);
    assertThat(Toy.journal(folder.resolve("two"))).isEqualTo(Toy.journal(folder.resolve("one")));
  }

  @Test
  void tasksTakeTurnsAndParentsAreOlderThanTheLag() throws Exception {
    int lag = 5;
    Toy.run(folder, Toy.settings(60, lag));
    List<CandidateRecord> candidates = RunHistory.read(RunHistory.journal(folder)).candidates();
    assertThat(candidates).hasSize(63);
    int bredByChildren = 0;
    for (int t = 1; t <= 60; t++) {
      CandidateRecord candidate = candidates.get(2 + t);
      assertThat(candidate.number()).isEqualTo(2 + t);
      Origin.Child child = (Origin.Child) candidate.origin();
      assertThat(child.focus()).isEqualTo(t % 3);
      assertThat(child.parents()).hasSize(2).doesNotHaveDuplicates();
      int newest = 2 + Math.max(0, t - lag);
      assertThat(child.parents()).allMatch(parent -> parent <= newest);
      bredByChildren += child.parents().stream().anyMatch(parent -> parent > 2) ? 1 : 0;
    }
    assertThat(bredByChildren).isGreaterThan(10);
  }

  @Test
  void theOutcomeHoldsTheGenomeOfEveryElite() throws Exception {
    SearchOutcome outcome = Toy.run(folder, Toy.settings(30, 3));
    for (ArchiveView archive : outcome.archives()) {
      for (Elite elite : archive.elites()) {
        assertThat(Toy.evaluate(outcome.genome(elite.candidate())).scores())
            .isEqualTo(elite.scores());
      }
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> outcome.genome(9_999))
        .withMessageContaining("candidate 9999 is no elite");
  }

  @Test
  void withoutChildrenTheExpertsAreAggregated() throws Exception {
    SearchOutcome outcome = Toy.run(folder, Toy.settings(0, 1));
    assertThat(outcome.best()).isEmpty();
    assertThat(outcome.aggregate().candidates()).containsExactly(0, 1, 2);
    assertThat(outcome.aggregate().betas()).allMatch(beta -> Math.abs(beta - 1 / 3.0) < 1e-12);
  }

  @Test
  void aCandidateThatFailsIsRecordedAndEntersNoArchive() throws Exception {
    AtomicInteger calls = new AtomicInteger();
    Evaluator fragile =
        genome -> {
          if (calls.getAndIncrement() % 5 == 4) {
            throw new EvaluationException("the answers are not numbers");
          }
          return Toy.evaluate(genome);
        };
    SearchOutcome outcome =
        Toy.search(Toy.settings(20, 1)).run(folder, fragile, 1, SearchListener.NONE);
    List<CandidateRecord> failed =
        RunHistory.read(RunHistory.journal(folder)).candidates().stream()
            .filter(candidate -> candidate.result() instanceof Result.Failed)
            .toList();
    assertThat(failed).extracting(CandidateRecord::number).containsExactly(4, 9, 14, 19);
    assertThat(failed)
        .extracting(CandidateRecord::result)
        .containsOnly(new Result.Failed("the answers are not numbers"));
    assertThat(outcome.archives())
        .allSatisfy(archive ->
            assertThat(archive.elites()).extracting(Elite::candidate).doesNotContain(4, 9, 14, 19));
  }

  @Test
  void aGenomeThatIsNotFiniteFailsWithoutBeingScored() throws Exception {
    SearchSettings wild =
        Toy.settings(3, 1)
            .withVariation(
                new Variation(
                    Granularity.MODEL, 1, 0, List.of(new ExpertBasisMutation(Double.MAX_VALUE))));
    AtomicInteger count = new AtomicInteger();
    SearchOutcome outcome =
        Toy.search(wild).run(folder, Toy.counting(count), 1, SearchListener.NONE);
    assertThat(count).hasValue(3);
    assertThat(outcome.best()).isEmpty();
    assertThat(RunHistory.read(RunHistory.journal(folder)).candidates().getLast().result())
        .isEqualTo(new Result.Failed("the genome has coefficients that are not finite"));
  }

  @Test
  void anExpertThatCannotBeScoredEndsTheRunAndTheNextStartTriesAgain() throws Exception {
    Genome second = Genome.expert(Toy.LAYOUT, 1);
    assertThatExceptionOfType(SearchException.class)
        .isThrownBy(() ->
            Toy.search(Toy.settings(6, 2))
                .run(
                    folder.resolve("stopped"),
                    genome -> {
                      if (genome.digest().equals(second.digest())) {
                        throw new EvaluationException("out of memory");
                      }
                      return Toy.evaluate(genome);
                    },
                    1,
                    SearchListener.NONE))
        .withMessage("expert coding-expert could not be scored: out of memory");
    Toy.run(folder.resolve("stopped"), Toy.settings(6, 2));
    Toy.run(folder.resolve("straight"), Toy.settings(6, 2));
    assertThat(Toy.journal(folder.resolve("stopped")))
        .isEqualTo(Toy.journal(folder.resolve("straight")));
  }

  @Test
  void anEvaluatorThatBreaksDownEndsTheRunAndTheJournalCanBeContinued() throws Exception {
    AtomicInteger calls = new AtomicInteger();
    assertThatExceptionOfType(SearchException.class)
        .isThrownBy(() ->
            Toy.search(Toy.settings(12, 3))
                .run(
                    folder.resolve("stopped"),
                    genome -> {
                      if (calls.incrementAndGet() == 9) {
                        throw new IllegalStateException("device lost");
                      }
                      return Toy.evaluate(genome);
                    },
                    2,
                    SearchListener.NONE))
        .withMessageContaining("the evaluator broke down")
        .withMessageContaining("device lost");
    Toy.run(folder.resolve("stopped"), Toy.settings(12, 3));
    Toy.run(folder.resolve("straight"), Toy.settings(12, 3));
    assertThat(Toy.journal(folder.resolve("stopped")))
        .isEqualTo(Toy.journal(folder.resolve("straight")));
  }

  @Test
  void anInterruptedRunCanBeContinued() throws Exception {
    AtomicBoolean stopped = new AtomicBoolean();
    assertThatExceptionOfType(InterruptedException.class)
        .isThrownBy(() ->
            Toy.search(Toy.settings(12, 3))
                .run(
                    folder.resolve("stopped"),
                    Toy::evaluate,
                    2,
                    (candidate, archives) -> {
                      if (candidate.number() == 7) {
                        stopped.set(true);
                        Thread.currentThread().interrupt();
                      }
                    }));
    assertThat(stopped).isTrue();
    assertThat(Thread.interrupted()).isFalse();
    Toy.run(folder.resolve("stopped"), Toy.settings(12, 3));
    Toy.run(folder.resolve("straight"), Toy.settings(12, 3));
    assertThat(Toy.journal(folder.resolve("stopped")))
        .isEqualTo(Toy.journal(folder.resolve("straight")));
  }

  @Test
  void neverAsksTheSharedRandomRegistry() throws Exception {
    RandomGenerator forbidden =
        () -> {
          throw new AssertionError("the shared random registry was asked");
        };
    Toy.run(folder.resolve("plain"), Toy.settings(12, 2));
    assertThatExceptionOfType(AssertionError.class)
        .isThrownBy(
            () -> RandomRegistry.with(forbidden).run(() -> RandomRegistry.random().nextInt()));
    SearchOutcome guarded =
        RandomRegistry.with(forbidden)
            .<SearchOutcome, Exception>call(
                () -> Toy.run(folder.resolve("guarded"), Toy.settings(12, 2)));
    assertThat(guarded.best()).isPresent();
    assertThat(Toy.journal(folder.resolve("guarded")))
        .isEqualTo(Toy.journal(folder.resolve("plain")));
  }

  @Test
  void expertsThatMeetInOneCellStillHaveChildren() throws Exception {
    // On ranges this wide all experts share one cell in every archive.
    SearchSettings coarse = Toy.settings(9, 1).withGrid(new GridRule(1, 0, 10));
    SearchOutcome outcome = Toy.run(folder, coarse);
    assertThat(outcome.archives()).allMatch(archive -> archive.elites().size() == 1);
    List<CandidateRecord> candidates = RunHistory.read(RunHistory.journal(folder)).candidates();
    assertThat(candidates).hasSize(12);
    Origin.Child first = (Origin.Child) candidates.get(3).origin();
    assertThat(first.parents()).hasSize(2).doesNotHaveDuplicates();
  }

  @Test
  void theListenerSeesEveryCandidateOnceInOrder() throws Exception {
    List<Integer> inserted = new ArrayList<>();
    List<Integer> replayed = new ArrayList<>();
    SearchListener listener =
        new SearchListener() {
          @Override
          public void inserted(CandidateRecord candidate, List<ArchiveView> archives) {
            inserted.add(candidate.number());
            assertThat(archives).hasSize(3);
          }

          @Override
          public void replayed(CandidateRecord candidate, List<ArchiveView> archives) {
            replayed.add(candidate.number());
          }
        };
    Toy.search(Toy.settings(4, 2)).run(folder, Toy::evaluate, 2, listener);
    assertThat(inserted).containsExactly(0, 1, 2, 3, 4, 5, 6);
    assertThat(replayed).isEmpty();
    Toy.search(Toy.settings(4, 2))
        .run(folder, Toy::evaluate, 2, SearchListener.NONE.andThen(listener));
    assertThat(inserted).hasSize(7);
    assertThat(replayed).containsExactly(0, 1, 2, 3, 4, 5, 6);
  }

  @Test
  void timesGoToTheirOwnFile() throws Exception {
    InstantSource clock = InstantSource.fixed(Instant.parse("2026-01-02T03:04:05Z"));
    try (TimeLog times = TimeLog.open(folder, clock)) {
      Toy.search(Toy.settings(1, 1)).run(folder, Toy::evaluate, 1, times);
    }
    assertThat(folder.resolve(TimeLog.FILE))
        .content()
        .hasLineCount(4)
        .endsWith("{\"candidate\":3,\"time\":\"2026-01-02T03:04:05Z\"}\n");
    assertThat(Toy.journal(folder)).doesNotContain("2026");
    Files.writeString(
        folder.resolve(TimeLog.FILE),
        "{\"candidate\":4,\"time\":\"2026-01",
        StandardOpenOption.APPEND);
    assertThat(TimeLog.read(folder))
        .hasSize(4)
        .endsWith(new TimeLog.Entry(3, Instant.parse("2026-01-02T03:04:05Z")));
    assertThat(TimeLog.read(folder.resolve("absent"))).isEmpty();
  }

  @Test
  void everySettingOfVariationAndSamplingCanBeSearchedWith() throws Exception {
    for (Granularity granularity : Granularity.values()) {
      SearchSettings settings =
          Toy.settings(9, 2)
              .withSampling(new Sampling.Uniform())
              .withVariation(
                  new Variation(
                      granularity,
                      1,
                      0.2,
                      List.of(
                          new CoefficientGaussianMutation(0.1, granularity),
                          new ExpertBasisMutation(0.1),
                          new CoefficientGaussianMutation(0.1, granularity))));
      Path directory = folder.resolve(granularity.spelling());
      Toy.run(directory, settings);
      RunHistory history = RunHistory.read(RunHistory.journal(directory));
      assertThat(history.header().settings()).isEqualTo(settings);
      assertThat(history.candidates().stream().map(CandidateRecord::genome))
          .hasSize(12)
          .doesNotHaveDuplicates();
    }
  }

  /** One-sided ranges and shares by granularity are what journals have always meant. */
  @Test
  void theJournalNamesOptionsOnlyWhereTheyDiffer() throws Exception {
    SearchSettings plain =
        Toy.settings(3, 1)
            .withVariation(
                new Variation(Granularity.MODEL, 1, 0.2, List.of(new ExpertBasisMutation(0.1))));
    Toy.run(folder.resolve("plain"), plain);
    assertThat(Toy.journal(folder.resolve("plain")))
        .contains("{\"operator\":\"expert-basis\",\"maximum\":0.1}")
        .doesNotContain("symmetric", "perComponent");
    SearchSettings other =
        Toy.settings(3, 1)
            .withVariation(
                new Variation(
                    Granularity.MODEL,
                    1,
                    0.2,
                    List.of(new ExpertBasisMutation(0.1, true), new LiteralMutation(0.3, true)),
                    true));
    Toy.run(folder.resolve("other"), other);
    RunHistory history = RunHistory.read(RunHistory.journal(folder.resolve("other")));
    assertThat(history.header().settings()).isEqualTo(other);
  }

  @Test
  void refusesATaskWithoutItsExpert() {
    SearchSettings settings = SearchSettings.paper(1, List.of("a", "b", "c", "d"));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Search.of(settings, Toy.LAYOUT, Map.of()))
        .withMessage("task d names expert 3, but there are 3 experts, numbered from 0");
  }

  @Test
  void refusesToRunWithoutThreads() {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> Toy.search(Toy.settings(1, 1)).run(folder, Toy::evaluate, 0, SearchListener.NONE))
        .withMessage("threads must be positive, was 0");
    assertThat(RunHistory.journal(folder)).doesNotExist();
  }

  @Test
  void refusesAnEvaluatorForOtherTasks() {
    assertThatExceptionOfType(SearchException.class)
        .isThrownBy(() ->
            Toy.search(Toy.settings(1, 1))
                .run(folder, genome -> Evaluation.of(new double[] {1}), 1, SearchListener.NONE))
        .withMessageContaining("the evaluator scored 1 tasks, the search has 3");
  }

  private static double mean(CandidateRecord candidate) {
    return mean(candidate.scores().orElseThrow());
  }

  private static double mean(List<Double> scores) {
    return scores.stream().mapToDouble(Double::doubleValue).average().orElseThrow();
  }
}
