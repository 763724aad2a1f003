package org.cycleqd.engine;

import io.jenetics.Chromosome;
import io.jenetics.Genotype;
import io.jenetics.Phenotype;
import io.jenetics.util.ISeq;
import java.util.ArrayList;
import java.util.List;
import org.cycleqd.spectral.Genome;
import org.cycleqd.spectral.GenomeLayout;
import org.cycleqd.spectral.TensorCoefficients;

/**
 * Translates between a genome and Jenetics' vocabulary: an expert is a chromosome, a tensor's
 * coefficients are a gene. A core is a chromosome behind the experts'.
 *
 * @param layout the coordinates of the genomes
 */
public record GenomeCodec(GenomeLayout layout) {

  /** The genotype of a genome. */
  public Genotype<CoefficientGene> encode(Genome genome) {
    List<Chromosome<CoefficientGene>> chromosomes = new ArrayList<>();
    for (int e = 0; e < layout.experts().size(); e++) {
      chromosomes.add(
          new ExpertChromosome(
              layout.experts().get(e),
              genome.coefficients().get(e).stream()
                  .map(CoefficientGene::new)
                  .collect(ISeq.toISeq())));
    }
    if (!genome.core().isEmpty()) {
      chromosomes.add(
          new CoreChromosome(
              genome.core().stream().map(CoefficientGene::new).collect(ISeq.toISeq())));
    }
    return Genotype.of(chromosomes);
  }

  /** The genome of a genotype. */
  public Genome decode(Genotype<CoefficientGene> genotype) {
    List<List<TensorCoefficients>> rows = new ArrayList<>();
    List<TensorCoefficients> core = List.of();
    for (Chromosome<CoefficientGene> chromosome : genotype) {
      List<TensorCoefficients> row = chromosome.stream().map(CoefficientGene::allele).toList();
      if (chromosome instanceof CoreChromosome) {
        core = row;
      } else {
        rows.add(row);
      }
    }
    return new Genome(layout, rows, core);
  }

  /** An individual that has not been scored yet. */
  Phenotype<CoefficientGene, CandidateFitness> unscored(Genome genome, long generation) {
    return Phenotype.of(encode(genome), generation);
  }
}
