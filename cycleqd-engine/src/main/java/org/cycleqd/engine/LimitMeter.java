package org.cycleqd.engine;

import java.util.Optional;
import org.cycleqd.archive.AddOutcome;
import org.cycleqd.engine.CandidateRecord.Result;
import org.jspecify.annotations.Nullable;

/** Counts what {@link Limits} limit, candidate by candidate. */
final class LimitMeter {

  private final SearchSettings settings;
  private final @Nullable Limits limits;
  private int children;
  private long items;
  private int idle;

  LimitMeter(SearchSettings settings) {
    this.settings = settings;
    this.limits = settings.limits();
  }

  /** Counts the next candidate, with its outcomes. */
  void count(CandidateRecord candidate) {
    boolean taken = false;
    if (candidate.result() instanceof Result.Scored scored) {
      for (ItemScores task : scored.evaluation().tasks()) {
        items += task.size();
      }
      taken = scored.outcomes().stream().anyMatch(AddOutcome::taken);
    }
    if (candidate.child()) {
      children++;
      idle = taken ? 0 : idle + 1;
    }
  }

  /** Counts what was scored again. */
  void count(Round round) {
    items += round.items();
  }

  /** Why the search is over, if it is. */
  Optional<Ending> ending() {
    if (children >= settings.children()) {
      return Optional.of(Ending.CHILDREN);
    }
    if (limits != null && limits.evaluations() != null && items >= limits.evaluations()) {
      return Optional.of(Ending.EVALUATIONS);
    }
    if (limits != null && limits.stagnation() != null && idle >= limits.stagnation()) {
      return Optional.of(Ending.STAGNATION);
    }
    return Optional.empty();
  }
}
