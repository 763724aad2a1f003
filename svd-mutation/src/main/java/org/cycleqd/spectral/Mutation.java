package org.cycleqd.spectral;

import org.cycleqd.random.Draws;

/**
 * A random change of a genome. A mutation is a value; its randomness comes from the sequence that
 * the caller addresses, so the same genome, expert and sequence give the same mutant.
 */
public sealed interface Mutation
    permits ExpertBasisMutation, LiteralMutation, CoefficientGaussianMutation {

  /** The operator's name in config files, journals and the addresses of its draws. */
  String name();

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
