package org.cycleqd.engine;

import io.jenetics.Gene;
import org.cycleqd.spectral.TensorCoefficients;

/**
 * A gene: the coefficients of one expert in one tensor.
 *
 * @param allele the coefficients
 */
public record CoefficientGene(TensorCoefficients allele)
    implements Gene<TensorCoefficients, CoefficientGene> {

  /**
   * Refuses: a gene without an address has no randomness to draw from.
   *
   * @throws UnsupportedOperationException always
   */
  @Override
  public CoefficientGene newInstance() {
    throw new UnsupportedOperationException(
        "random genes come from the addressed operators of this package");
  }

  @Override
  public CoefficientGene newInstance(TensorCoefficients allele) {
    return new CoefficientGene(allele);
  }

  /** Whether all coefficients are finite. */
  @Override
  public boolean isValid() {
    return allele.finite();
  }
}
