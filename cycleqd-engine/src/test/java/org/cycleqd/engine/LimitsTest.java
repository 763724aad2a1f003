package org.cycleqd.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.cycleqd.archive.AddOutcome;
import org.cycleqd.engine.CandidateRecord.Result;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LimitsTest {

  private static final SearchSettings SETTINGS = Toy.settings(60, 4);

  @TempDir Path folder;

  private RunHistory history(String name) throws Exception {
    return RunHistory.read(RunHistory.journal(folder.resolve(name)));
  }

  private SearchOutcome run(String name, SearchSettings settings, SearchExecution execution)
      throws Exception {
    return Toy.search(settings)
        .run(folder.resolve(name), Toy::evaluate, execution, SearchListener.NONE);
  }

  @Test
  void endsWithTheLastChild() throws Exception {
    assertThat(run("run", SETTINGS, SearchExecution.of(2)).ending()).isEqualTo(Ending.CHILDREN);
    assertThat(history("run").ending()).contains(Ending.CHILDREN);
  }

  @Test
  void evaluationsEndTheSearchAfterTheSameChildOnAnyNumberOfWorkers() throws Exception {
    // A candidate has 3 x 40 items: 3 experts and 17 children make 2400.
    SearchSettings limited = SETTINGS.withLimits(new Limits(2_300L, null));
    for (int threads : new int[] {1, 3}) {
      String name = "threads-" + threads;
      assertThat(run(name, limited, SearchExecution.of(threads)).ending())
          .isEqualTo(Ending.EVALUATIONS);
      assertThat(history(name).candidates()).hasSize(20);
      assertThat(history(name).ending()).contains(Ending.EVALUATIONS);
    }
    assertThat(Toy.journal(folder.resolve("threads-1")))
        .isEqualTo(Toy.journal(folder.resolve("threads-3")));
  }

  @Test
  void stagnationEndsTheSearchAfterChildrenThatNoArchiveTook() throws Exception {
    SearchSettings limited =
        Toy.settings(500, 1).withGrid(new GridRule(1, 0.5, 2)).withLimits(new Limits(null, 6));
    assertThat(run("run", limited, SearchExecution.of(1)).ending()).isEqualTo(Ending.STAGNATION);
    List<CandidateRecord> candidates = history("run").candidates();
    assertThat(candidates.size()).isBetween(9, 502);
    List<Boolean> taken = candidates.stream().map(LimitsTest::taken).toList();
    int size = taken.size();
    assertThat(taken.subList(size - 6, size)).containsOnly(false);
    for (int end = 9; end < size; end++) {
      assertThat(taken.subList(end - 6, end)).as("up to candidate %d", end - 1).contains(true);
    }
    // A finished search has nothing to go on with.
    String journal = Toy.journal(folder.resolve("run"));
    assertThat(run("run", limited, SearchExecution.of(1)).ending()).isEqualTo(Ending.STAGNATION);
    assertThat(Toy.journal(folder.resolve("run"))).isEqualTo(journal);
  }

  private static boolean taken(CandidateRecord candidate) {
    return candidate.result() instanceof Result.Scored scored
        && scored.outcomes().stream().anyMatch(AddOutcome::taken);
  }

  @Test
  void timePausesTheSearchAndTheNextStartGoesOnToTheSameEnd() throws Exception {
    run("straight", SETTINGS, SearchExecution.of(2));
    AtomicLong clock = new AtomicLong();
    int starts = 0;
    SearchOutcome outcome;
    do {
      // Each look at the clock is a second later; ten seconds are allowed.
      outcome =
          run(
              "paused",
              SETTINGS,
              SearchExecution.of(2)
                  .withAllowance(Allowance.time(10, () -> clock.addAndGet(1_000_000_000L))));
      starts++;
      assertThat(outcome.ending()).isIn(Ending.TIME, Ending.CHILDREN);
      assertThat(outcome.aggregate().genome().finite()).isTrue();
      assertThat(history("paused").ending().isPresent())
          .isEqualTo(outcome.ending() == Ending.CHILDREN);
    } while (outcome.ending().paused());
    assertThat(starts).isBetween(4, 7);
    assertThat(Toy.journal(folder.resolve("paused")))
        .isEqualTo(Toy.journal(folder.resolve("straight")));
  }

  @Test
  void childrenInFlightAreFinishedWhenTokensAreSpent() throws Exception {
    AtomicLong tokens = new AtomicLong();
    SearchOutcome outcome =
        Toy.search(SETTINGS)
            .run(
                folder.resolve("run"),
                genome -> {
                  tokens.addAndGet(100);
                  return Toy.evaluate(genome);
                },
                SearchExecution.of(1).withAllowance(Allowance.tokens(1_000, tokens::get)),
                SearchListener.NONE);
    assertThat(outcome.ending()).isEqualTo(Ending.TOKENS);
    // The tenth candidate spends the last tokens; three others are in flight then.
    assertThat(history("run").candidates()).hasSize(13);
    assertThat(tokens).hasValue(1_300);
    assertThat(history("run").ending()).isEqualTo(Optional.empty());
  }

  @Test
  void limitsBelowOneAreRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Limits(0L, null))
        .withMessage("evaluations must be positive, was 0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Limits(null, 0))
        .withMessage("stagnation must be positive, was 0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Allowance.time(0, () -> 0))
        .withMessage("an allowance of time must be positive, was 0.0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Allowance.tokens(0, () -> 0))
        .withMessage("an allowance of tokens must be positive, was 0");
  }
}
