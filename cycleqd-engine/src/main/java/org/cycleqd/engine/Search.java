package org.cycleqd.engine;

import com.fasterxml.jackson.databind.JsonNode;
import io.jenetics.engine.EvolutionStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import org.cycleqd.engine.CandidateRecord.Origin;
import org.cycleqd.engine.CandidateRecord.Result;
import org.cycleqd.spectral.Genome;
import org.cycleqd.spectral.GenomeLayout;
import org.cycleqd.spectral.SingularBasis;
import org.jspecify.annotations.Nullable;

/**
 * A CycleQD search: the experts are scored and offered to all archives, then children are bred, one
 * task after the other in focus, and offered to all archives too (arXiv 2410.14735, algorithm 1).
 *
 * <p>The journal in the run's folder decides where a search stands. Running a search whose folder
 * holds a journal continues it, and the journal ends up the same, byte for byte, however often it
 * was stopped and however many threads scored candidates.
 */
public final class Search {

  private final SearchSettings settings;
  private final GenomeCodec codec;
  private final Map<String, String> digests;
  private final SearchStrategy.Catalogue strategies;
  private final @Nullable SingularBasis basis;

  private Search(
      SearchSettings settings,
      GenomeCodec codec,
      Map<String, String> digests,
      SearchStrategy.Catalogue strategies,
      @Nullable SingularBasis basis) {
    this.settings = settings;
    this.codec = codec;
    this.digests = digests;
    this.strategies = strategies;
    this.basis = basis;
  }

  /**
   * A CycleQD search over the combinations of some experts.
   *
   * @param settings all that decides the search
   * @param layout the experts and tensors
   * @param digests what else decides the result, by name; a journal with other digests is refused
   * @throws IllegalArgumentException if a task names an expert that the layout does not have
   */
  public static Search of(
      SearchSettings settings, GenomeLayout layout, Map<String, String> digests) {
    return of(settings, layout, digests, SearchStrategy.Catalogue.CYCLEQD);
  }

  /**
   * A search by the strategy that the settings name.
   *
   * @param settings all that decides the search
   * @param layout the experts and tensors
   * @param digests what else decides the result, by name; a journal with other digests is refused
   * @param strategies knows the strategy, and those of the runs that the search was forked from
   * @throws IllegalArgumentException if a task names an expert that the layout does not have, or
   *     the strategy is not known
   */
  public static Search of(
      SearchSettings settings,
      GenomeLayout layout,
      Map<String, String> digests,
      SearchStrategy.Catalogue strategies) {
    return of(settings, layout, null, digests, strategies);
  }

  /**
   * A search over the combinations of the experts of a basis, which must stay open, with any
   * mutations.
   *
   * @param settings all that decides the search
   * @param digests what else decides the result, by name; a journal with other digests is refused
   * @param strategies knows the strategy, and those of the runs that the search was forked from
   * @throws IllegalArgumentException if a task names an expert that the basis does not have, or the
   *     strategy is not known
   */
  public static Search of(
      SearchSettings settings,
      SingularBasis basis,
      Map<String, String> digests,
      SearchStrategy.Catalogue strategies) {
    return of(settings, basis.layout(), basis, digests, strategies);
  }

  private static Search of(
      SearchSettings settings,
      GenomeLayout layout,
      @Nullable SingularBasis basis,
      Map<String, String> digests,
      SearchStrategy.Catalogue strategies) {
    for (SearchTask task : settings.tasks()) {
      if (task.expert() >= layout.experts().size()) {
        throw new IllegalArgumentException(
            "task %s names expert %d, but there are %d experts, numbered from 0"
                .formatted(task.name(), task.expert(), layout.experts().size()));
      }
    }
    strategies.strategy(settings.strategyChoice());
    Breeding.requireBasis(settings, basis);
    return new Search(settings, new GenomeCodec(layout), Map.copyOf(digests), strategies, basis);
  }

  /**
   * Starts the search, or continues it where the journal in its folder ends.
   *
   * @param directory the run's folder
   * @param evaluator scores candidates, on several threads at once
   * @param threads how many candidates are scored at once; more than the lag never are
   * @param listener is told of every candidate
   * @throws IllegalArgumentException if there is no thread
   * @throws JournalException if the journal is damaged, in use, or belongs to another search
   * @throws SearchException if an expert cannot be scored or the evaluator breaks down
   */
  public SearchOutcome run(
      Path directory, Evaluator evaluator, int threads, SearchListener listener)
      throws IOException, InterruptedException {
    return run(directory, evaluator, SearchExecution.of(threads), listener);
  }

  /**
   * Starts the search, or continues it where the journal in its folder ends.
   *
   * @param directory the run's folder
   * @param evaluator scores candidates, on several threads at once
   * @param execution how; it changes nothing that the journal holds
   * @param listener is told of every candidate
   * @throws IllegalArgumentException if elites are to be scored again
   * @throws JournalException if the journal is damaged, in use, or belongs to another search
   * @throws SearchException if an expert cannot be scored or the evaluator breaks down
   */
  public SearchOutcome run(
      Path directory, Evaluator evaluator, SearchExecution execution, SearchListener listener)
      throws IOException, InterruptedException {
    return run(directory, evaluator, Optional.empty(), execution, listener);
  }

  /**
   * Starts the search, or continues it where the journal in its folder ends.
   *
   * @param directory the run's folder
   * @param evaluator scores candidates, on several threads at once
   * @param further scores elites again, on other items than the evaluator's; needed where the
   *     settings say so
   * @param execution how; it changes nothing that the journal holds
   * @param listener is told of every candidate
   * @throws IllegalArgumentException if an evaluator lacks what the settings need
   * @throws JournalException if the journal is damaged, in use, or belongs to another search
   * @throws SearchException if an expert cannot be scored or the evaluator breaks down
   */
  public SearchOutcome run(
      Path directory,
      Evaluator evaluator,
      Optional<? extends Evaluator> further,
      SearchExecution execution,
      SearchListener listener)
      throws IOException, InterruptedException {
    if (settings.reevaluation() != null && further.isEmpty()) {
      throw new IllegalArgumentException("elites are scored again, but by no evaluator");
    }
    if (settings.stopping() != null && !(evaluator instanceof ItemEvaluator)) {
      throw new IllegalArgumentException(
          "candidates can be stopped early only where they are scored item by item, which this evaluator does not do");
    }
    try (Journal journal = Journal.open(directory, execution.sync());
        Workers workers = Workers.of(evaluator, settings.tasks().size(), execution.threads());
        Workers again =
            Workers.of(
                further.isPresent() ? further.get() : evaluator,
                settings.tasks().size(),
                execution.threads())) {
      return run(new Ledger(journal), workers, again, execution.allowance(), listener);
    } catch (SearchEvolution.Interrupted e) {
      throw interrupted(e);
    } catch (UncheckedIOException e) {
      if (e.getCause() instanceof ClosedByInterruptException) {
        throw interrupted(e);
      }
      throw e.getCause();
    } catch (ClosedByInterruptException e) {
      throw interrupted(e);
    }
  }

  private static InterruptedException interrupted(Exception cause) {
    Thread.interrupted(); // the exception takes the place of the thread's mark
    InterruptedException interrupted = new InterruptedException("the search was interrupted");
    interrupted.initCause(cause);
    return interrupted;
  }

  private SearchOutcome run(
      Ledger ledger, Workers workers, Workers again, Allowance allowance, SearchListener listener)
      throws IOException, InterruptedException {
    RunHeader header = RunHeader.of(settings, codec.layout(), digests, fork(ledger));
    ledger.state(HeaderJson.write(header));
    List<Boolean> replayed = new ArrayList<>();
    List<CandidateRecord> seeds = score(ledger, workers, replayed);
    Stretch stretch =
        Stretch.of(
            header,
            codec,
            basis,
            strategies,
            seeds.stream().map(seed -> seed.scores().orElseThrow()).toList());
    if (settings.stopping() != null && !stretch.needsOnlyElites()) {
      throw new SearchException(
          "candidates cannot be stopped early: strategy %s learns from all scores"
              .formatted(settings.strategyChoice().name()));
    }
    if (settings.reevaluation() != null && !stretch.needsOnlyElites()) {
      throw new SearchException(
          "elites cannot be scored again: strategy %s learns from all scores"
              .formatted(settings.strategyChoice().name()));
    }
    ledger.state(LayoutJson.archives(stretch.axes(), stretch.layouts()));
    LimitMeter meter = new LimitMeter(settings);
    for (CandidateRecord seed : seeds) {
      CandidateRecord told = stretch.tell(seed, Genome.expert(codec.layout(), seed.number()));
      meter.count(told);
      if (replayed.get(seed.number())) {
        listener.replayed(told, stretch.population().archives());
      } else {
        listener.inserted(told, stretch.population().archives());
      }
    }
    return evolve(
        new SearchEvolution(
            stretch,
            ledger,
            workers,
            listener,
            meter,
            allowance,
            new Inquiries(settings, Optional.ofNullable(settings.stopping())),
            Optional.ofNullable(settings.reevaluation())
                .map(rule -> new Rounds(rule, stretch.population(), ledger, again))),
        stretch.population(),
        meter.ending());
  }

  private SearchOutcome evolve(
      SearchEvolution evolution, Population population, Optional<Ending> before) {
    if (before.isEmpty()) {
      EvolutionStream.ofEvolution(evolution::start, evolution)
          .limit(_ -> evolution.ended().isEmpty())
          .forEach(_ -> {});
    }
    return new SearchOutcome(
        population.archives(),
        population.genomes(),
        evolution.best(),
        Aggregate.of(population.archives(), population::genome, settings.temperature()),
        before.or(evolution::ended).orElseThrow());
  }

  /** Where the journal says that this search left another. */
  private static @Nullable ForkPoint fork(Ledger ledger) throws IOException {
    Optional<JsonNode> held = ledger.recorded(0);
    return held.isPresent() ? HeaderJson.read(held.get()).fork() : null;
  }

  private List<CandidateRecord> score(Ledger ledger, Workers workers, List<Boolean> replayed)
      throws IOException, InterruptedException {
    List<String> experts = codec.layout().experts();
    List<Genome> genomes = new ArrayList<>();
    List<Future<Result>> pending = new ArrayList<>();
    for (int e = 0; e < experts.size(); e++) {
      Genome genome = Genome.expert(codec.layout(), e);
      genomes.add(genome);
      int number = e;
      Optional<Result> held =
          ledger.recorded(1 + e).map(record -> RecordJson.readCandidate(record).result());
      pending.add(
          held.<Future<Result>>map(CompletableFuture::completedFuture)
              .orElseGet(() -> workers.submit(genome, new Descent(number, List.of()))));
    }
    List<CandidateRecord> seeds = new ArrayList<>();
    for (int e = 0; e < experts.size(); e++) {
      Result result = workers.await(e, pending.get(e));
      if (result instanceof Result.Failed(String reason)) {
        throw new SearchException(
            "expert %s could not be scored: %s".formatted(experts.get(e), reason));
      }
      CandidateRecord seed =
          new CandidateRecord(e, new Origin.Seed(experts.get(e)), genomes.get(e).digest(), result);
      replayed.add(ledger.state(RecordJson.candidate(seed)));
      seeds.add(seed);
    }
    return seeds;
  }
}
