package org.cycleqd.engine;

import io.jenetics.Alterer;
import io.jenetics.Optimize;
import io.jenetics.Phenotype;
import io.jenetics.util.ISeq;
import java.util.List;
import java.util.Objects;
import java.util.function.IntUnaryOperator;
import java.util.function.UnaryOperator;
import org.cycleqd.archive.Elite;
import org.cycleqd.engine.CandidateRecord.Origin;
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
public record Breeding(SearchSettings settings, GenomeCodec codec, @Nullable SingularBasis basis) {

  private static final String CROSSOVER = "crossover";

  /** Checks that mutations of matrices have a basis. */
  public Breeding {
    requireBasis(settings, basis);
  }

  static void requireBasis(SearchSettings settings, @Nullable SingularBasis basis) {
    for (Mutation mutation : settings.variation().mutations()) {
      if (mutation instanceof MatrixMutation && basis == null) {
        throw new IllegalArgumentException(
            "mutation %s: found no singular basis, which it needs".formatted(mutation.name()));
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

  /** How the children of a population come into being. */
  public static Breeding of(Population population) {
    return new Breeding(population.settings(), population.codec(), population.basis());
  }

  /** CycleQD: the tasks take turns in focus, child by child. */
  static Proposer cyclic(Population population) {
    int tasks = population.settings().tasks().size();
    return focused(population, step -> step % tasks);
  }

  /**
   * Breeds every child from the elites of one archive.
   *
   * @param focus number of the task in focus, by the child's place among the children, from 1
   */
  public static Proposer focused(Population population, IntUnaryOperator focus) {
    Breeding breeding = of(population);
    int experts = population.codec().layout().experts().size();
    return new Proposer() {
      @Override
      public Proposal propose(int number) {
        return breeding.child(number, focus.applyAsInt(number - experts + 1), population);
      }

      @Override
      public void tell(CandidateRecord candidate, Genome genome) {
        // The population is told already.
      }

      @Override
      public boolean needsOnlyElites() {
        return true;
      }
    };
  }

  /**
   * Breeds a child from the elites of the archive in focus. Should it hold fewer than two (experts
   * can meet in one cell), parents are drawn from the elites of all archives together.
   */
  private Proposal child(int number, int focus, Population population) {
    List<Elite> elites = population.archives().get(focus).elites();
    ISeq<Phenotype<CoefficientGene, CandidateFitness>> parents =
        new EliteSelector(settings.sampling(), draws(settings, number).child("selection"))
            .select(
                population.individuals(elites.size() < 2 ? population.elites() : elites),
                2,
                Optimize.MAXIMUM);
    return new Proposal(
        new Origin.Child(
            focus, parents.stream().map(parent -> parent.fitness().candidate()).toList()),
        altered(number, settings.tasks().get(focus).expert(), parents));
  }

  /**
   * The child of two parents by crossover and mutation.
   *
   * @param number the child's number, which addresses the draws
   * @param expert number of the expert that mutation strengthens
   * @param parents two genomes
   */
  public Genome child(int number, int expert, List<Genome> parents) {
    return altered(
        number,
        expert,
        parents.stream().map(parent -> codec.unscored(parent, number)).collect(ISeq.toISeq()));
  }

  private Genome altered(
      int number, int expert, ISeq<Phenotype<CoefficientGene, CandidateFitness>> parents) {
    Draws draws = draws(settings, number);
    Alterer<CoefficientGene, CandidateFitness> alterer =
        new TaskVectorCrossover(codec, settings.variation(), draws.child(CROSSOVER));
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
    return codec.decode(alterer.alter(parents, number).population().get(0).genotype());
  }
}
