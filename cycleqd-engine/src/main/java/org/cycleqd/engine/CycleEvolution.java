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
import org.cycleqd.archive.ArchiveCycle;
import org.cycleqd.engine.CandidateRecord.Origin;
import org.cycleqd.engine.CandidateRecord.Result;
import org.cycleqd.spectral.Genome;

/**
 * CycleQD as a Jenetics evolution: a generation is one child, the population holds the individuals
 * of all elites.
 *
 * <p>Generation {@code t} first breeds every child up to {@code t - 1 + lag} (one, but for the
 * first generation), so each is bred when exactly the children up to its own number minus the lag
 * are in the archives; then it waits for child {@code t} and offers it to all archives. The order
 * in which workers finish has no influence. A child that the journal already holds is bred again,
 * to have its genome, but not scored again.
 */
final class CycleEvolution implements Evolution<CoefficientGene, CandidateFitness> {

  /** Carries an interruption through Jenetics' stream. */
  static final class Interrupted extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Interrupted(InterruptedException cause) {
      super(cause);
    }
  }

  private record InFlight(Breeding.Child child, Future<Result> result) {}

  private final SearchSettings settings;
  private final GenomeCodec codec;
  private final ArchiveCycle archives;
  private final Ledger ledger;
  private final Workers workers;
  private final SearchListener listener;
  private final Breeding breeding;
  private final Queue<InFlight> inFlight = new ArrayDeque<>();
  private long bred;
  private Optional<SearchOutcome.Best> best = Optional.empty();

  CycleEvolution(
      Breeding breeding,
      ArchiveCycle archives,
      Ledger ledger,
      Workers workers,
      SearchListener listener) {
    this.settings = breeding.settings();
    this.codec = breeding.codec();
    this.archives = archives;
    this.ledger = ledger;
    this.workers = workers;
    this.listener = listener;
    this.breeding = breeding;
  }

  @Override
  public EvolutionResult<CoefficientGene, CandidateFitness> evolve(
      EvolutionStart<CoefficientGene, CandidateFitness> start) {
    try {
      return step(start);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new Interrupted(e);
    }
  }

  private EvolutionResult<CoefficientGene, CandidateFitness> step(
      EvolutionStart<CoefficientGene, CandidateFitness> start)
      throws IOException, InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
    long generation = start.generation();
    while (bred < Math.min(settings.children(), generation - 1 + settings.lag())) {
      breed(++bred, start.population());
    }
    InFlight next = inFlight.remove();
    Breeding.Child child = next.child();
    Result result = Workers.await(child.number(), next.result());
    ISeq<Phenotype<CoefficientGene, CandidateFitness>> population = start.population();
    if (result instanceof Result.Scored scored) {
      List<AddOutcome> outcomes = archives.offer(scored.evaluation().elite(child.number()));
      result = scored.withOutcomes(outcomes);
      if (outcomes.stream().anyMatch(AddOutcome::taken)) {
        population = withElite(population, child, scored.evaluation().scores(), generation);
      }
    }
    CandidateRecord candidate =
        new CandidateRecord(
            child.number(),
            new Origin.Child(child.focus(), child.parents()),
            child.genome().digest(),
            result);
    keepBest(candidate, child.genome());
    if (ledger.state(RecordJson.candidate(candidate))) {
      listener.replayed(candidate, archives.archives());
    } else {
      listener.inserted(candidate, archives.archives());
    }
    return EvolutionResult.of(
        Optimize.MAXIMUM,
        population,
        generation,
        EvolutionDurations.ZERO,
        0,
        result instanceof Result.Failed ? 1 : 0,
        1 + settings.variation().mutations().size());
  }

  /** The individuals of all elites after a child has become one. */
  private ISeq<Phenotype<CoefficientGene, CandidateFitness>> withElite(
      ISeq<Phenotype<CoefficientGene, CandidateFitness>> population,
      Breeding.Child child,
      List<Double> scores,
      long generation) {
    Phenotype<CoefficientGene, CandidateFitness> individual =
        Phenotype.of(
            codec.encode(child.genome()), generation, new CandidateFitness(child.number(), scores));
    return Breeding.individuals(population.append(List.of(individual)), archives.elites());
  }

  private void breed(long step, ISeq<Phenotype<CoefficientGene, CandidateFitness>> population)
      throws IOException {
    int number = Math.toIntExact(codec.layout().experts().size() + step - 1);
    Breeding.Child child = breeding.child(number, step, archives, population);
    // Lines of a journal: the header, the experts, the archives' axes, then the children.
    Future<Result> result =
        ledger
            .recorded(number + 2)
            .map(held -> RecordJson.readCandidate(held).result())
            .<Future<Result>>map(CompletableFuture::completedFuture)
            .orElseGet(() -> workers.submit(child.genome(), new Descent(number, child.parents())));
    inFlight.add(new InFlight(child, result));
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

  /** The best child so far. */
  Optional<SearchOutcome.Best> best() {
    return best;
  }
}
