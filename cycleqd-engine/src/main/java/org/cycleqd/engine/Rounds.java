package org.cycleqd.engine;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Future;
import org.cycleqd.engine.CandidateRecord.Result;
import org.cycleqd.spectral.Genome;

/**
 * Scores again what archives took, when it is time; a round stands in the journal after the child
 * that it follows. Children that are in flight meanwhile were proposed before and go on.
 */
final class Rounds {

  private final Reevaluation rule;
  private final Population population;
  private final Ledger ledger;
  private final Workers workers;
  private final int experts;
  private final Map<Integer, CandidateRecord> since = new LinkedHashMap<>();
  private Optional<SearchOutcome.Best> best = Optional.empty();

  /**
   * Before the first round.
   *
   * @param workers that score further items
   */
  Rounds(Reevaluation rule, Population population, Ledger ledger, Workers workers) {
    this.rule = rule;
    this.population = population;
    this.ledger = ledger;
    this.workers = workers;
    this.experts = population.codec().layout().experts().size();
  }

  /** How many rounds precede a child, counted from 1. */
  int before(long step) {
    return Math.toIntExact(rule.roundsBefore(step));
  }

  /**
   * Carries out the round that follows a candidate, or repeats the journal's; empty where none
   * follows it.
   *
   * @param step the candidate's number among the children, from 1
   * @param last whether the search ends with it
   */
  Optional<Round> after(CandidateRecord candidate, long step, boolean last)
      throws IOException, InterruptedException {
    since.put(candidate.number(), candidate);
    if (!last && step % rule.every() != 0) {
      return Optional.empty();
    }
    Map<Integer, Genome> genomes = new LinkedHashMap<>();
    population.unconfirmed().forEach(number -> genomes.put(number, population.genome(number)));
    Optional<JsonNode> held = ledger.upcoming();
    Round round =
        held.isPresent() && held.get().path("type").asText().equals(RecordJson.ROUND)
            ? RecordJson.readRound(held.get())
            : score(candidate.number(), genomes);
    ledger.state(RecordJson.round(round));
    population.confirm(round);
    for (Round.Found each : round.found()) {
      if (each.candidate() >= experts && each.further().isPresent()) {
        CandidateRecord record = Objects.requireNonNull(since.get(each.candidate()));
        keepBest(
            record.with(each.further().get()),
            Objects.requireNonNull(genomes.get(each.candidate())));
      }
    }
    since.clear();
    return Optional.of(round);
  }

  private Round score(int after, Map<Integer, Genome> genomes) throws InterruptedException {
    Map<Integer, Future<Result>> pending = new LinkedHashMap<>();
    genomes.forEach((number, genome) ->
        pending.put(number, workers.submit(genome, new Descent(number, List.of()))));
    List<Round.Found> found = new ArrayList<>();
    for (Map.Entry<Integer, Future<Result>> each : pending.entrySet()) {
      found.add(found(each.getKey(), workers.await(each.getKey(), each.getValue())));
    }
    return new Round(after, found);
  }

  private Round.Found found(int number, Result result) {
    return switch (result) {
      case Result.Scored(Evaluation further, var _) -> {
        for (ItemScores task : further.tasks()) {
          if (task.size() != rule.items()) {
            throw new IllegalStateException(
                "candidate %d: the evaluator scored %d further items of a task, expected %d"
                    .formatted(number, task.size(), rule.items()));
          }
        }
        yield new Round.Found(number, Optional.of(further), "");
      }
      case Result.Failed(String reason) -> {
        if (number < experts) {
          throw new SearchException(
              "expert %s could not be scored again: %s"
                  .formatted(population.codec().layout().experts().get(number), reason));
        }
        yield new Round.Found(number, Optional.empty(), reason);
      }
      case Result.Stopped _ -> throw new IllegalStateException("no further item is left out");
    };
  }

  private void keepBest(CandidateRecord candidate, Genome genome) {
    if (best.isEmpty() || fitness(candidate).compareTo(fitness(best.get().candidate())) > 0) {
      best = Optional.of(new SearchOutcome.Best(candidate, genome));
    }
  }

  private static CandidateFitness fitness(CandidateRecord candidate) {
    return new CandidateFitness(candidate.number(), candidate.scores().orElseThrow());
  }

  /** The child of the highest mean over all its items, of those that were scored again. */
  Optional<SearchOutcome.Best> best() {
    return best;
  }
}
