package org.cycleqd.spectral;

/**
 * A random change of a genome. A mutation is a value; its randomness comes from the sequence that
 * the caller addresses, so the same genome, expert and sequence give the same mutant.
 */
public sealed interface Mutation permits CoefficientMutation, MatrixMutation {

  /** The operator's name in config files, journals and the addresses of its draws. */
  String name();
}
