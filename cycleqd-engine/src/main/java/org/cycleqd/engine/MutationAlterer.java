package org.cycleqd.engine;

import io.jenetics.Alterer;
import io.jenetics.AltererResult;
import io.jenetics.Phenotype;
import io.jenetics.util.ISeq;
import io.jenetics.util.Seq;
import org.cycleqd.random.Draws;
import org.cycleqd.spectral.Genome;
import org.cycleqd.spectral.Mutation;

/**
 * A mutation in Jenetics' vocabulary. It is always applied, to every individual it is given.
 *
 * @param codec translates genotypes
 * @param mutation the operator
 * @param expert number of the expert of the task in focus
 * @param draws the sequence of this candidate and operator
 */
public record MutationAlterer(GenomeCodec codec, Mutation mutation, int expert, Draws draws)
    implements Alterer<CoefficientGene, CandidateFitness> {

  @Override
  public AltererResult<CoefficientGene, CandidateFitness> alter(
      Seq<Phenotype<CoefficientGene, CandidateFitness>> population, long generation) {
    ISeq<Phenotype<CoefficientGene, CandidateFitness>> mutants =
        population
            .map(individual -> {
              Genome genome = codec.decode(individual.genotype());
              return codec.unscored(mutation.mutate(genome, expert, draws), generation);
            })
            .asISeq();
    return new AltererResult<>(mutants, mutants.length());
  }
}
