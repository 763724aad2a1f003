package org.cycleqd.engine.rival;

import java.util.List;
import org.cycleqd.engine.CandidateRecord;
import org.cycleqd.engine.Proposal;
import org.cycleqd.engine.Proposer;
import org.cycleqd.random.Draws;
import org.cycleqd.spectral.Genome;

/**
 * Draws every coefficient evenly, and learns nothing.
 *
 * @param low the least coefficient
 * @param high the greatest
 */
record RandomSearch(MixingSpace space, double low, double high) implements Proposer {

  RandomSearch {
    if (!(low < high)) {
      throw new IllegalArgumentException(
          "random: low must be below high, got %s and %s".formatted(low, high));
    }
  }

  @Override
  public Proposal propose(int number) {
    Draws draws = space.draws(number, Rivals.RANDOM);
    double[] vector = new double[space.dimension()];
    for (int i = 0; i < vector.length; i++) {
      vector[i] = low + (high - low) * draws.uniform(i);
    }
    return new Proposal(new CandidateRecord.Origin.Proposed(List.of()), space.genome(vector));
  }

  @Override
  public void tell(CandidateRecord candidate, Genome genome) {
    // Chance has no memory.
  }
}
