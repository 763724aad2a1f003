package org.cycleqd.engine.rival;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.cycleqd.engine.CandidateRecord;
import org.cycleqd.engine.Population;
import org.cycleqd.engine.Proposal;
import org.cycleqd.engine.Proposer;
import org.cycleqd.spectral.Genome;
import org.cycleqd.spectral.GenomeLayout;

/**
 * Merges that need no search: first the plain average of the experts, then task arithmetic (arXiv
 * 2212.04089), the sum of all task vectors with one coefficient, which rises evenly to 1.
 *
 * @param children of the whole search
 */
record FixedMerges(GenomeLayout layout, int children) implements Proposer {

  static Proposer start(Population population) {
    return new FixedMerges(population.codec().layout(), population.settings().children());
  }

  @Override
  public Proposal propose(int number) {
    int experts = layout.experts().size();
    int step = number - experts + 1;
    double coefficient = step == 1 ? 1.0 / experts : (step - 1.0) / (children - 1);
    double[] weights = new double[experts];
    Arrays.fill(weights, coefficient);
    List<Integer> parents = IntStream.range(0, experts).boxed().toList();
    return new Proposal(
        new CandidateRecord.Origin.Proposed(parents), Genome.uniform(layout, weights));
  }

  @Override
  public void tell(CandidateRecord candidate, Genome genome) {
    // All merges are fixed.
  }

  @Override
  public boolean needsOnlyElites() {
    return true;
  }
}
