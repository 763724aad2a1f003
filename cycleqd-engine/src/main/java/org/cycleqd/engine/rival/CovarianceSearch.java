package org.cycleqd.engine.rival;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.cycleqd.engine.CandidateFitness;
import org.cycleqd.engine.CandidateRecord;
import org.cycleqd.engine.Proposal;
import org.cycleqd.engine.Proposer;
import org.cycleqd.random.Draws;
import org.cycleqd.spectral.Genome;

/**
 * CMA-ES on mixing coefficients, for the mean score over the tasks. It starts at the plain average.
 * Whenever a population's worth of children is scored the distribution learns from them, whichever
 * distribution they were drawn from, so children in flight are never waited for.
 */
final class CovarianceSearch implements Proposer {

  private record Scored(Genome genome, CandidateFitness fitness) {}

  private final MixingSpace space;
  private final CovarianceModel model;
  private final List<Scored> scored = new ArrayList<>();

  private CovarianceSearch(MixingSpace space, CovarianceModel model) {
    this.space = space;
    this.model = model;
  }

  /**
   * Starts at the average.
   *
   * @param sigma first standard deviation of a coefficient
   * @param size children of an update; 0 is {@code 4 + floor(3 ln n)} for {@code n} coefficients
   */
  static Proposer start(MixingSpace space, double sigma, int size) {
    if (!(sigma > 0) || size < 0 || size == 1) {
      throw new IllegalArgumentException(
          "cma-es: expected sigma above 0 and a population of 2 or more, or 0, got %s and %d"
              .formatted(sigma, size));
    }
    double[] average = new double[space.dimension()];
    Arrays.fill(average, 1.0 / space.experts());
    int lambda = size > 0 ? size : 4 + (int) (3 * StrictMath.log(space.dimension()));
    return new CovarianceSearch(space, new CovarianceModel(average, sigma, lambda));
  }

  @Override
  public Proposal propose(int number) {
    Draws draws = space.draws(number, Rivals.CMA_ES);
    double[] normal = new double[space.dimension()];
    for (int i = 0; i < normal.length; i++) {
      normal[i] = draws.gaussian(i);
    }
    return new Proposal(
        new CandidateRecord.Origin.Proposed(List.of()), space.genome(model.sample(normal)));
  }

  @Override
  public void tell(CandidateRecord candidate, Genome genome) {
    if (!candidate.child()) {
      return;
    }
    scored.add(
        new Scored(
            genome,
            new CandidateFitness(candidate.number(), candidate.scores().orElse(List.of()))));
    if (scored.size() == model.lambda()) {
      scored.sort(Comparator.comparing(Scored::fitness).reversed());
      model.update(scored.stream().map(each -> space.vector(each.genome())).toList());
      scored.clear();
    }
  }
}
