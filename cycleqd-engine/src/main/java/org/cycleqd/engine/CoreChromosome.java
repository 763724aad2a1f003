package org.cycleqd.engine;

import io.jenetics.Chromosome;
import io.jenetics.util.ISeq;

/**
 * A chromosome: a genome's core in all tensors, which belongs to no expert.
 *
 * @param genes one gene per tensor, in the layout's order
 */
public record CoreChromosome(ISeq<CoefficientGene> genes) implements Chromosome<CoefficientGene> {

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
    return new CoreChromosome(genes);
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
