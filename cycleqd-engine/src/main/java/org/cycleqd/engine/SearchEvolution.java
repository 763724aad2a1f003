package org.cycleqd.engine;

import io.jenetics.Optimize;
import io.jenetics.Phenotype;
import io.jenetics.engine.Evolution;
import io.jenetics.engine.EvolutionDurations;
import io.jenetics.engine.EvolutionResult;
import io.jenetics.engine.EvolutionStart;
import io.jenetics.util.ISeq;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import org.cycleqd.archive.AddOutcome;
import org.cycleqd.engine.CandidateRecord.Result;
import org.cycleqd.spectral.Genome;

/**
 * A search as a Jenetics evolution: a generation is one child, the population holds the individuals
 * of all elites, and of some that were elites until lately.
 *
 * <p>Generation {@code t} first asks the strategy for every child up to {@code t - 1 + lag} (one,
 * but for the first generation), so each is proposed when exactly the children up to its own number
 * minus the lag are in the archives; then it waits for child {@code t} and offers it to all
 * archives. The order in which workers finish has no influence. A child that the journal already
 * holds is proposed again, to have its genome, but not scored again.
 */
final class SearchEvolution implements Evolution<CoefficientGene, CandidateFitness> {

  /** Carries an interruption through Jenetics' stream. */
  static final class Interrupted extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Interrupted(InterruptedException cause) {
      super(cause);
    }
  }

  private final Stretch stretch;
  private final Ledger ledger;
  private final Workers workers;
  private final SearchListener listener;
  private final LimitMeter meter;
  private final Allowance allowance;
  private final Inquiries inquiries;
  private final Optional<Rounds> rounds;
  private final Queue<Future<Result>> inFlight = new ArrayDeque<>();
  private ISeq<Phenotype<CoefficientGene, CandidateFitness>> individuals;
  private Optional<Ending> spent = Optional.empty();
  private Optional<Ending> ended = Optional.empty();
  private Optional<SearchOutcome.Best> best = Optional.empty();

  SearchEvolution(
      Stretch stretch,
      Ledger ledger,
      Workers workers,
      SearchListener listener,
      LimitMeter meter,
      Allowance allowance,
      Inquiries inquiries,
      Optional<Rounds> rounds) {
    this.stretch = stretch;
    this.ledger = ledger;
    this.workers = workers;
    this.listener = listener;
    this.meter = meter;
    this.allowance = allowance;
    this.inquiries = inquiries;
    this.rounds = rounds;
    this.individuals = stretch.population().individuals();
  }

  /** The state before the first generation. */
  EvolutionStart<CoefficientGene, CandidateFitness> start() {
    return EvolutionStart.of(individuals, 1);
  }

  @Override
  public EvolutionResult<CoefficientGene, CandidateFitness> evolve(
      EvolutionStart<CoefficientGene, CandidateFitness> start) {
    try {
      return step(start.generation());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new Interrupted(e);
    }
  }

  private EvolutionResult<CoefficientGene, CandidateFitness> step(long generation)
      throws IOException, InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
    if (spent.isEmpty()) {
      for (Stretch.Asked asked : stretch.ask(generation)) {
        inFlight.add(begin(asked));
      }
    }
    Stretch.Asked asked = stretch.take(generation);
    Proposal child = asked.proposal();
    Future<Result> pending = stretch.inherited(generation) ? inherited(asked) : inFlight.remove();
    Result result = workers.await(asked.number(), pending);
    CandidateRecord candidate =
        stretch.tell(
            new CandidateRecord(asked.number(), child.origin(), child.genome().digest(), result),
            child.genome());
    meter.count(candidate);
    keepBest(candidate, child.genome());
    inquiries.learn(asked.number(), result);
    boolean replayed = ledger.state(RecordJson.candidate(candidate));
    boolean renewed = scoredAgain(candidate, generation);
    if (replayed) {
      listener.replayed(candidate, stretch.population().archives());
    } else {
      listener.inserted(candidate, stretch.population().archives());
      spent = spent.isPresent() ? spent : allowance.spent();
    }
    if (renewed) {
      individuals = stretch.population().individuals();
    } else if (candidate.result() instanceof Result.Scored scored
        && scored.outcomes().stream().anyMatch(AddOutcome::taken)) {
      individuals = stretch.population().individuals();
    }
    ended = meter.ending().or(() -> inFlight.isEmpty() ? spent : Optional.empty());
    return EvolutionResult.of(
        Optimize.MAXIMUM,
        individuals,
        generation,
        EvolutionDurations.ZERO,
        0,
        candidate.result() instanceof Result.Failed ? 1 : 0,
        1);
  }

  private boolean scoredAgain(CandidateRecord candidate, long step)
      throws IOException, InterruptedException {
    if (rounds.isEmpty()) {
      return false;
    }
    Optional<Round> round = rounds.get().after(candidate, step, meter.ending().isPresent());
    round.ifPresent(meter::count);
    return round.isPresent();
  }

  private Future<Result> begin(Stretch.Asked asked) throws IOException {
    Proposal child = asked.proposal();
    Optional<Inquiry> inquiry =
        inquiries.of(
            asked.number(), child.origin().parents(), stretch.population().cycle(), bestMean());
    Optional<Result> held = recorded(asked);
    if (held.isPresent()) {
      return CompletableFuture.completedFuture(held.get());
    }
    return workers.submit(
        child.genome(), new Descent(asked.number(), child.origin().parents()), inquiry);
  }

  private double bestMean() {
    return best.map(held -> fitness(held.candidate()).mean()).orElse(Double.NEGATIVE_INFINITY);
  }

  private Future<Result> inherited(Stretch.Asked asked) throws IOException {
    return CompletableFuture.completedFuture(
        recorded(asked)
            .orElseThrow(() ->
                new JournalException(
                    "the journal lacks candidate %d, which the fork took over"
                        .formatted(asked.number()))));
  }

  private Optional<Result> recorded(Stretch.Asked asked) throws IOException {
    // Lines of a journal: the header, the experts, the archives' axes, then the children, and among
    // them what was scored again.
    int step = asked.number() - stretch.experts() + 1;
    int before = rounds.map(held -> held.before(step)).orElse(0);
    return ledger
        .recorded(asked.number() + 2 + before)
        .map(held -> RecordJson.readCandidate(held).result());
  }

  private void keepBest(CandidateRecord candidate, Genome genome) {
    CandidateFitness fitness = fitness(candidate);
    if (candidate.scores().isPresent()
        && best.map(held -> fitness.compareTo(fitness(held.candidate())) > 0).orElse(true)) {
      best = Optional.of(new SearchOutcome.Best(candidate, genome));
    }
  }

  private static CandidateFitness fitness(CandidateRecord candidate) {
    return new CandidateFitness(candidate.number(), candidate.scores().orElse(List.of()));
  }

  /** Why no further generation follows, if none does. */
  Optional<Ending> ended() {
    return ended;
  }

  /** The best child so far; of those that were scored again, where some were. */
  Optional<SearchOutcome.Best> best() {
    return rounds.flatMap(Rounds::best).or(() -> best);
  }
}
