package org.cycleqd.engine;

import io.jenetics.Phenotype;
import io.jenetics.util.ISeq;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedSet;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.cycleqd.archive.AddOutcome;
import org.cycleqd.archive.ArchiveCycle;
import org.cycleqd.archive.ArchiveView;
import org.cycleqd.archive.Elite;
import org.cycleqd.spectral.Genome;
import org.cycleqd.spectral.SingularBasis;
import org.jspecify.annotations.Nullable;

/** The archives of a search, with the genomes of their elites. */
public final class Population {

  private final SearchSettings settings;
  private final GenomeCodec codec;
  private final @Nullable SingularBasis basis;
  private final ArchiveCycle archives;

  /** What all candidates make that were scored again. */
  private final ArchiveCycle confirmed;

  /** What an archive took since the last round, by rising number. */
  private final Map<Integer, Evaluation> taken = new TreeMap<>();

  /** By rising number; elites that were replaced stay until the next clearing. */
  private final Map<Integer, Phenotype<CoefficientGene, CandidateFitness>> individuals =
      new LinkedHashMap<>();

  private int clearing = 64;

  Population(
      SearchSettings settings,
      GenomeCodec codec,
      @Nullable SingularBasis basis,
      Supplier<ArchiveCycle> empty) {
    this.settings = settings;
    this.codec = codec;
    this.basis = basis;
    this.archives = empty.get();
    this.confirmed = empty.get();
  }

  /** The search's settings. */
  public SearchSettings settings() {
    return settings;
  }

  /** Translates genomes, and holds their coordinates. */
  public GenomeCodec codec() {
    return codec;
  }

  /** The experts' singular basis, where the search has one. */
  public @Nullable SingularBasis basis() {
    return basis;
  }

  /** The archives, in task order. */
  public List<ArchiveView> archives() {
    return archives.archives();
  }

  /** The archives as one. */
  ArchiveCycle cycle() {
    return archives;
  }

  /** Every candidate that is an elite of some archive, by rising number. */
  public List<Elite> elites() {
    return archives.elites();
  }

  /** Offers a candidate to all archives. */
  List<AddOutcome> offer(int number, Evaluation evaluation, Genome genome) {
    Elite candidate = evaluation.elite(number);
    List<AddOutcome> outcomes = archives.offer(candidate);
    if (outcomes.stream().anyMatch(AddOutcome::taken)) {
      if (settings.reevaluation() != null) {
        taken.put(number, evaluation);
      }
      if (individuals.size() >= clearing) {
        clear();
      }
      individuals.put(
          number,
          Phenotype.of(
              codec.encode(genome), number, new CandidateFitness(number, candidate.scores())));
    }
    return outcomes;
  }

  /** What is to be scored again: all that an archive took since the last round. */
  SequencedSet<Integer> unconfirmed() {
    return new LinkedHashSet<>(taken.keySet());
  }

  /**
   * Takes in a round. The archives are afterwards what all make that were scored again, on all
   * items that they were asked.
   *
   * @throws IllegalArgumentException if it is not over what is to be scored again
   */
  void confirm(Round round) {
    List<Integer> numbers = round.found().stream().map(Round.Found::candidate).toList();
    if (!numbers.equals(List.copyOf(taken.keySet()))) {
      throw new IllegalArgumentException(
          "candidates %s were scored again, expected %s".formatted(numbers, taken.keySet()));
    }
    for (Round.Found each : round.found()) {
      int number = each.candidate();
      Evaluation before = Objects.requireNonNull(taken.get(number));
      each.further()
          .ifPresent(further -> {
            Elite elite = before.with(further).elite(number);
            confirmed.offer(elite);
            individuals.put(
                number,
                Phenotype.of(
                    individual(number).genotype(),
                    number,
                    new CandidateFitness(number, elite.scores())));
          });
    }
    taken.clear();
    archives.restore(confirmed);
    clear();
  }

  private void clear() {
    Set<Integer> elites = new HashSet<>(taken.keySet());
    for (ArchiveCycle cycle : List.of(archives, confirmed)) {
      cycle.elites().forEach(elite -> elites.add(elite.candidate()));
    }
    individuals.keySet().retainAll(elites);
    clearing = 2 * elites.size() + 64;
  }

  /** The individuals of these elites, in their order. */
  public ISeq<Phenotype<CoefficientGene, CandidateFitness>> individuals(List<Elite> elites) {
    List<Phenotype<CoefficientGene, CandidateFitness>> found = new ArrayList<>(elites.size());
    for (Elite elite : elites) {
      found.add(individual(elite.candidate()));
    }
    return ISeq.of(found);
  }

  /** The individuals of all elites, and of some that were elites until lately. */
  ISeq<Phenotype<CoefficientGene, CandidateFitness>> individuals() {
    return ISeq.of(individuals.values());
  }

  /** The genomes of all elites, by candidate number. */
  Map<Integer, Genome> genomes() {
    Map<Integer, Genome> genomes = new HashMap<>();
    for (Elite elite : elites()) {
      genomes.put(elite.candidate(), genome(elite.candidate()));
    }
    return genomes;
  }

  /**
   * The genome of an elite.
   *
   * @throws IllegalArgumentException if no archive has this candidate
   */
  public Genome genome(int elite) {
    return codec.decode(individual(elite).genotype());
  }

  private Phenotype<CoefficientGene, CandidateFitness> individual(int elite) {
    @Nullable Phenotype<CoefficientGene, CandidateFitness> found = individuals.get(elite);
    if (found == null) {
      throw new IllegalArgumentException("candidate %d is no elite".formatted(elite));
    }
    return found;
  }
}
