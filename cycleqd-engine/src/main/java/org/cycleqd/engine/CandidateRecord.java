package org.cycleqd.engine;

import java.util.List;
import java.util.Optional;
import org.cycleqd.archive.AddOutcome;
import org.cycleqd.archive.Elite;

/**
 * What a journal knows of a candidate.
 *
 * @param number its number: the experts come first, then the children in the order of their
 *     archives
 * @param origin where it comes from
 * @param genome digest of its genome
 * @param result what became of it
 */
public record CandidateRecord(int number, Origin origin, String genome, Result result) {

  /** Where a candidate comes from. */
  public sealed interface Origin {

    /** The parents' numbers; none where it has none. */
    default List<Integer> parents() {
      return List.of();
    }

    /**
     * One of the experts that the search starts from.
     *
     * @param expert its name
     */
    record Seed(String expert) implements Origin {}

    /**
     * A child of two candidates.
     *
     * @param focus number of the task in whose archive the parents were drawn
     * @param parents the parents' numbers, in the order of crossover
     */
    record Child(int focus, List<Integer> parents) implements Origin {

      /** Copies the parents. */
      public Child {
        parents = List.copyOf(parents);
      }
    }

    /**
     * A child that a strategy made by rules of its own.
     *
     * @param parents numbers of the candidates that it was made of; may be none
     */
    record Proposed(List<Integer> parents) implements Origin {

      /** Copies the parents. */
      public Proposed {
        parents = List.copyOf(parents);
      }
    }
  }

  /** What became of a candidate. */
  public sealed interface Result {

    /**
     * It was scored and offered to all archives.
     *
     * @param evaluation the scores of its items
     * @param outcomes what each archive made of it, in task order; empty for an expert whose
     *     archives do not exist yet because the ranges wait for the other experts' scores
     */
    record Scored(Evaluation evaluation, List<AddOutcome> outcomes) implements Result {

      /** Copies the outcomes. */
      public Scored {
        outcomes = List.copyOf(outcomes);
      }

      Scored withOutcomes(List<AddOutcome> outcomes) {
        return new Scored(evaluation, outcomes);
      }
    }

    /**
     * It was stopped when its remaining items could not make an archive take it.
     *
     * @param seen the scores of the items that were asked, in task order
     */
    record Stopped(List<SeenScores> seen) implements Result {

      /** Copies the list. */
      public Stopped {
        seen = List.copyOf(seen);
      }
    }

    /**
     * It could not be scored and is in no archive.
     *
     * @param reason why, in words
     */
    record Failed(String reason) implements Result {}
  }

  /** Whether it was made, not given. */
  public boolean child() {
    return !(origin instanceof Origin.Seed);
  }

  /** Its score in every task, in task order; empty if it failed or was stopped. */
  public Optional<List<Double>> scores() {
    return result instanceof Result.Scored(Evaluation evaluation, List<AddOutcome> outcomes)
        ? Optional.of(evaluation.scores())
        : Optional.empty();
  }

  /** How many of its items were scored; 0 if it failed. */
  public int itemsAsked() {
    return switch (result) {
      case Result.Scored(Evaluation evaluation, List<AddOutcome> _) ->
          evaluation.tasks().stream().mapToInt(ItemScores::size).sum();
      case Result.Stopped(List<SeenScores> seen) -> seen.stream().mapToInt(SeenScores::seen).sum();
      case Result.Failed _ -> 0;
    };
  }

  /** The candidate as archives see it; empty if it failed or was stopped. */
  public Optional<Elite> elite() {
    return result instanceof Result.Scored(Evaluation evaluation, List<AddOutcome> outcomes)
        ? Optional.of(evaluation.elite(number))
        : Optional.empty();
  }

  /** The same with the scores of further items; only for one that was scored. */
  CandidateRecord with(Evaluation further) {
    return result instanceof Result.Scored(Evaluation evaluation, List<AddOutcome> outcomes)
        ? new CandidateRecord(
            number, origin, genome, new Result.Scored(evaluation.with(further), outcomes))
        : this;
  }

  /** The same with the outcomes filled in; a candidate that failed or was stopped has none. */
  CandidateRecord offered(List<AddOutcome> outcomes) {
    return result instanceof Result.Scored scored
        ? new CandidateRecord(number, origin, genome, scored.withOutcomes(outcomes))
        : this;
  }
}
