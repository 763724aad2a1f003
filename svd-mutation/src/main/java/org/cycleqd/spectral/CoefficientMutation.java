package org.cycleqd.spectral;

import org.cycleqd.random.Draws;

/** A mutation of coefficients alone. */
public sealed interface CoefficientMutation extends Mutation
    permits ExpertBasisMutation, LiteralMutation, CoefficientGaussianMutation {

  /**
   * The mutant.
   *
   * @param genome the genome to change
   * @param expert number of the expert of the task in focus; not every operator looks at it
   * @param draws the sequence of this candidate and operator; draws are taken below it, at
   *     (operator name, expert's name, tensor name or granularity key)
   */
  Genome mutate(Genome genome, int expert, Draws draws);
}
