package org.cycleqd.engine;

import io.jenetics.Alterer;
import io.jenetics.AltererResult;
import io.jenetics.Phenotype;
import io.jenetics.util.ISeq;
import io.jenetics.util.Seq;
import java.util.function.UnaryOperator;
import org.cycleqd.spectral.Genome;

/**
 * A mutation in Jenetics' vocabulary. It is always applied, to every individual it is given.
 *
 * @param codec translates genotypes
 * @param mutation the operator with the randomness of this candidate
 */
public record MutationAlterer(GenomeCodec codec, UnaryOperator<Genome> mutation)
    implements Alterer<CoefficientGene, CandidateFitness> {

  @Override
  public AltererResult<CoefficientGene, CandidateFitness> alter(
      Seq<Phenotype<CoefficientGene, CandidateFitness>> population, long generation) {
    ISeq<Phenotype<CoefficientGene, CandidateFitness>> mutants =
        population
            .map(individual -> {
              Genome genome = codec.decode(individual.genotype());
              return codec.unscored(mutation.apply(genome), generation);
            })
            .asISeq();
    return new AltererResult<>(mutants, mutants.length());
  }
}
