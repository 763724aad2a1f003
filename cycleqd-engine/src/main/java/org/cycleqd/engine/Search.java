package org.cycleqd.engine;

import io.jenetics.Phenotype;
import io.jenetics.engine.EvolutionResult;
import io.jenetics.engine.EvolutionStart;
import io.jenetics.engine.EvolutionStream;
import io.jenetics.util.ISeq;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import org.cycleqd.archive.ArchiveCycle;
import org.cycleqd.archive.ArchiveForm;
import org.cycleqd.archive.Axis;
import org.cycleqd.archive.CellLayout;
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
  private final Breeding breeding;
  private final Map<String, String> digests;

  private Search(Breeding breeding, Map<String, String> digests) {
    this.settings = breeding.settings();
    this.codec = breeding.codec();
    this.breeding = breeding;
    this.digests = digests;
  }

  /**
   * A search over the combinations of some experts.
   *
   * @param settings all that decides the search
   * @param layout the experts and tensors
   * @param digests what else decides the result, by name; a journal with other digests is refused
   * @throws IllegalArgumentException if a task names an expert that the layout does not have, or a
   *     mutation needs a singular basis
   */
  public static Search of(
      SearchSettings settings, GenomeLayout layout, Map<String, String> digests) {
    return of(settings, layout, null, digests);
  }

  /**
   * A search over the combinations of the experts of a basis, which must stay open, with any
   * mutations.
   *
   * @param settings all that decides the search
   * @param digests what else decides the result, by name; a journal with other digests is refused
   * @throws IllegalArgumentException if a task names an expert that the basis does not have
   */
  public static Search of(
      SearchSettings settings, SingularBasis basis, Map<String, String> digests) {
    return of(settings, basis.layout(), basis, digests);
  }

  private static Search of(
      SearchSettings settings,
      GenomeLayout layout,
      @Nullable SingularBasis basis,
      Map<String, String> digests) {
    for (SearchTask task : settings.tasks()) {
      if (task.expert() >= layout.experts().size()) {
        throw new IllegalArgumentException(
            "task %s names expert %d, but there are %d experts, numbered from 0"
                .formatted(task.name(), task.expert(), layout.experts().size()));
      }
    }
    return new Search(new Breeding(settings, new GenomeCodec(layout), basis), Map.copyOf(digests));
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
    if (threads < 1) {
      throw new IllegalArgumentException("threads must be positive, was " + threads);
    }
    try (Journal journal = Journal.open(directory);
        Workers workers = Workers.of(evaluator, settings.tasks().size(), threads)) {
      return run(new Ledger(journal), workers, listener);
    } catch (CycleEvolution.Interrupted e) {
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

  private SearchOutcome run(Ledger ledger, Workers workers, SearchListener listener)
      throws IOException, InterruptedException {
    ledger.state(HeaderJson.write(RunHeader.of(settings, codec.layout(), digests)));
    List<Phenotype<CoefficientGene, CandidateFitness>> seeds = new ArrayList<>();
    ArchiveCycle archives = seed(ledger, workers, listener, seeds);
    CycleEvolution evolution = new CycleEvolution(breeding, archives, ledger, workers, listener);
    ISeq<Phenotype<CoefficientGene, CandidateFitness>> first =
        Breeding.individuals(ISeq.of(seeds), archives.elites());
    ISeq<Phenotype<CoefficientGene, CandidateFitness>> last =
        EvolutionStream.ofEvolution(() -> EvolutionStart.of(first, 1), evolution)
            .limit(settings.children())
            .reduce((earlier, later) -> later)
            .map(EvolutionResult::population)
            .orElse(first);
    Map<Integer, Genome> genomes = new HashMap<>();
    last.forEach(elite -> genomes.put(elite.fitness().candidate(), codec.decode(elite.genotype())));
    return new SearchOutcome(
        archives.archives(),
        genomes,
        evolution.best(),
        Aggregate.of(archives.archives(), genomes::get, settings.temperature()));
  }

  /** Scores the experts, fixes the axes and offers the experts to all archives. */
  private ArchiveCycle seed(
      Ledger ledger,
      Workers workers,
      SearchListener listener,
      List<Phenotype<CoefficientGene, CandidateFitness>> population)
      throws IOException, InterruptedException {
    List<Boolean> replayed = new ArrayList<>();
    List<CandidateRecord> seeds = score(ledger, workers, replayed);
    List<List<Double>> scores =
        seeds.stream().map(candidate -> candidate.scores().orElseThrow()).toList();
    List<Axis> axes = new ArrayList<>();
    for (int k = 0; k < settings.tasks().size(); k++) {
      int task = k;
      axes.add(
          settings
              .grid()
              .axis(
                  settings.tasks().get(task), scores.stream().map(row -> row.get(task)).toList()));
    }
    ArchiveForm form = settings.form();
    List<CellLayout> layouts = settings.layouts(form, axes);
    ledger.state(LayoutJson.archives(axes, layouts));
    ArchiveCycle archives = ArchiveCycle.of(axes, layouts, form.add());
    for (CandidateRecord seed : seeds) {
      List<Double> own = scores.get(seed.number());
      CandidateRecord candidate = seed.offered(archives.offer(seed.elite().orElseThrow()));
      population.add(
          Phenotype.of(
              codec.encode(Genome.expert(codec.layout(), seed.number())),
              0,
              new CandidateFitness(seed.number(), own)));
      if (replayed.get(seed.number())) {
        listener.replayed(candidate, archives.archives());
      } else {
        listener.inserted(candidate, archives.archives());
      }
    }
    return archives;
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
      Result result = Workers.await(e, pending.get(e));
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
