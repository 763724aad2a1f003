package org.cycleqd.engine;

import org.cycleqd.spectral.Genome;

/**
 * A child that a strategy wants to have scored.
 *
 * @param origin where it comes from
 * @param genome its genome
 */
public record Proposal(CandidateRecord.Origin origin, Genome genome) {

  /** Checks that it is not an expert. */
  public Proposal {
    if (origin instanceof CandidateRecord.Origin.Seed) {
      throw new IllegalArgumentException("experts are given, not proposed");
    }
  }
}
