package org.cycleqd.engine;

import io.jenetics.Chromosome;
import io.jenetics.util.ISeq;

/**
 * A chromosome: one expert's coefficients in all tensors.
 *
 * @param expert name of the expert
 * @param genes one gene per tensor, in the layout's order
 */
public record ExpertChromosome(String expert, ISeq<CoefficientGene> genes)
    implements Chromosome<CoefficientGene> {

  @Override
  public CoefficientGene get(int index) {
    return genes.get(index);
  }

  @Override
  public int length() {
    return genes.length();
  }

  @Override
  public Chromosome<CoefficientGene> newInstance(ISeq<CoefficientGene> genes) {
    return new ExpertChromosome(expert, genes);
  }

  /**
   * Refuses: a chromosome without an address has no randomness to draw from.
   *
   * @throws UnsupportedOperationException always
   */
  @Override
  public Chromosome<CoefficientGene> newInstance() {
    throw new UnsupportedOperationException(
        "random chromosomes come from the addressed operators of this package");
  }
}
