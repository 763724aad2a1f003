package org.cycleqd.engine;

import io.jenetics.Alterer;
import io.jenetics.Optimize;
import io.jenetics.Phenotype;
import io.jenetics.util.ISeq;
import io.jenetics.util.Seq;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.cycleqd.archive.ArchiveCycle;
import org.cycleqd.archive.Elite;
import org.cycleqd.random.Draws;
import org.cycleqd.spectral.CoefficientMutation;
import org.cycleqd.spectral.Genome;
import org.cycleqd.spectral.MatrixMutation;
import org.cycleqd.spectral.Mutation;
import org.cycleqd.spectral.SingularBasis;
import org.jspecify.annotations.Nullable;

/**
 * How a child comes into being: selection, crossover and mutation, each with randomness addressed
 * by (seed, "child", number, operator).
 *
 * @param settings the search's settings
 * @param codec translates genotypes
 * @param basis for mutations of matrices; null where there are none
 */
record Breeding(SearchSettings settings, GenomeCodec codec, @Nullable SingularBasis basis) {

  private static final String CROSSOVER = "crossover";

  Breeding {
    if (basis == null) {
      for (Mutation mutation : settings.variation().mutations()) {
        if (mutation instanceof MatrixMutation) {
          throw new IllegalArgumentException(
              "mutation %s: found no singular basis, which it needs".formatted(mutation.name()));
        }
      }
    }
  }

  private static Draws draws(SearchSettings settings, int number) {
    return Draws.at(settings.seed(), "child", number);
  }

  /** The first parent's share in a child, for tensors under a key of the granularity. */
  static double share(SearchSettings settings, int number, String key) {
    return TaskVectorCrossover.share(
        settings.variation(), draws(settings, number).child(CROSSOVER), key);
  }

  /**
   * A child that waits for its scores.
   *
   * @param number its number
   * @param focus number of the task whose archive the parents come from
   * @param parents the parents' numbers
   * @param genome its genome
   */
  record Child(int number, int focus, List<Integer> parents, Genome genome) {}

  /**
   * Breeds a child from the elites of the archive in focus. Should it hold fewer than two (experts
   * can meet in one cell), parents are drawn from the elites of all archives together.
   *
   * @param number the child's number
   * @param step its place among the children, from 1; it decides the focus
   * @param archives the archives it is bred from
   * @param population holds the individuals of all elites, by rising candidate number
   */
  Child child(
      int number,
      long step,
      ArchiveCycle archives,
      Seq<Phenotype<CoefficientGene, CandidateFitness>> population) {
    int focus = (int) (step % settings.tasks().size());
    List<Elite> elites = archives.archives().get(focus).elites();
    Draws draws = draws(settings, number);
    ISeq<Phenotype<CoefficientGene, CandidateFitness>> parents =
        new EliteSelector(settings.sampling(), draws.child("selection"))
            .select(
                individuals(population, elites.size() < 2 ? archives.elites() : elites),
                2,
                Optimize.MAXIMUM);
    Phenotype<CoefficientGene, CandidateFitness> child =
        alterer(focus, draws).alter(parents, step).population().get(0);
    return new Child(
        number,
        focus,
        parents.stream().map(parent -> parent.fitness().candidate()).toList(),
        codec.decode(child.genotype()));
  }

  /** The genome of a child whose parents are known, by the same draws. */
  Genome genome(int number, CandidateRecord.Origin.Child origin, List<Genome> parents) {
    long step = number - codec.layout().experts().size() + 1L;
    ISeq<Phenotype<CoefficientGene, CandidateFitness>> pair =
        parents.stream().map(parent -> codec.unscored(parent, step)).collect(ISeq.toISeq());
    Draws draws = Draws.at(settings.seed(), "child", number);
    return codec.decode(
        alterer(origin.focus(), draws).alter(pair, step).population().get(0).genotype());
  }

  private Alterer<CoefficientGene, CandidateFitness> alterer(int focus, Draws draws) {
    Alterer<CoefficientGene, CandidateFitness> alterer =
        new TaskVectorCrossover(codec, settings.variation(), draws.child(CROSSOVER));
    int expert = settings.tasks().get(focus).expert();
    List<Mutation> mutations = settings.variation().mutations();
    for (int m = 0; m < mutations.size(); m++) {
      Draws below = draws.child("mutation").child(m);
      UnaryOperator<Genome> mutation =
          switch (mutations.get(m)) {
            case CoefficientMutation each -> genome -> each.mutate(genome, expert, below);
            case MatrixMutation each ->
                genome -> each.mutate(genome, Objects.requireNonNull(basis), below);
          };
      alterer = alterer.andThen(new MutationAlterer(codec, mutation));
    }
    return alterer;
  }

  /**
   * The individuals of these elites, in the elites' order.
   *
   * @param population holds them by rising candidate number
   */
  static ISeq<Phenotype<CoefficientGene, CandidateFitness>> individuals(
      Seq<Phenotype<CoefficientGene, CandidateFitness>> population, List<Elite> elites) {
    List<Phenotype<CoefficientGene, CandidateFitness>> individuals = new ArrayList<>(elites.size());
    for (Elite elite : elites) {
      individuals.add(individual(population, elite.candidate()));
    }
    return ISeq.of(individuals);
  }

  private static Phenotype<CoefficientGene, CandidateFitness> individual(
      Seq<Phenotype<CoefficientGene, CandidateFitness>> population, int candidate) {
    int low = 0;
    int high = population.length() - 1;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (population.get(middle).fitness().candidate() < candidate) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    Phenotype<CoefficientGene, CandidateFitness> found = population.get(low);
    if (found.fitness().candidate() != candidate) {
      throw new IllegalStateException("elite %d is not in the population".formatted(candidate));
    }
    return found;
  }
}
