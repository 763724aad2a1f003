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
    // Plain loops: every child is translated several times.
    List<Chromosome<CoefficientGene>> chromosomes = new ArrayList<>();
    for (int e = 0; e < layout.experts().size(); e++) {
      List<TensorCoefficients> row = genome.coefficients().get(e);
      List<CoefficientGene> genes = new ArrayList<>(row.size());
      for (TensorCoefficients coefficients : row) {
        genes.add(new CoefficientGene(coefficients));
      }
      chromosomes.add(new ExpertChromosome(layout.experts().get(e), ISeq.of(genes)));
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
    for (int c = 0; c < genotype.length(); c++) {
      Chromosome<CoefficientGene> chromosome = genotype.get(c);
      List<TensorCoefficients> row = new ArrayList<>(chromosome.length());
      for (int t = 0; t < chromosome.length(); t++) {
        row.add(chromosome.get(t).allele());
      }
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
