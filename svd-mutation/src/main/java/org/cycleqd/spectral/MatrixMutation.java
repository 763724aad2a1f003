package org.cycleqd.spectral;

import org.cycleqd.random.Draws;

/**
 * A mutation that takes the matrices of the genome's own model apart and changes their singular
 * values. Its outcome is no mix of the experts' components; the genome's core takes it.
 *
 * <p>Decompositions are taken in float64 on one thread of libtorch, and the core is rounded to
 * float32. Matrices with coefficients that are not finite stay as they are.
 */
public sealed interface MatrixMutation extends Mutation
    permits ChildSvdMutation, TopSingularMutation {

  /**
   * The mutant.
   *
   * @param genome a genome of the basis's layout
   * @param basis tells what the genome makes of each matrix
   * @param draws the sequence of this candidate and operator; draws are taken below it, at
   *     (operator name, tensor name)
   */
  Genome mutate(Genome genome, SingularBasis basis, Draws draws);

  /** Bytes that the core of a mutant takes. */
  long coreBytes(SingularBasis basis);
}
