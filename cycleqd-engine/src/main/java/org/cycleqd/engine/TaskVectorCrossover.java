package org.cycleqd.engine;

import io.jenetics.Alterer;
import io.jenetics.AltererResult;
import io.jenetics.Phenotype;
import io.jenetics.util.ISeq;
import io.jenetics.util.Seq;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.cycleqd.random.Draws;
import org.cycleqd.spectral.ComponentCrossover;
import org.cycleqd.spectral.Genome;

/**
 * Crossover of CycleQD (arXiv 2410.14735, section 3.2):
 *
 * <pre>theta_child = theta_base + w1 / (w1 + w2) tau_1 + w2 / (w1 + w2) tau_2</pre>
 *
 * with the weights normal and independent, one pair per key of the granularity, or one per expert,
 * tensor and component. The two shares sum to one, so the base cancels and the child is a mix of
 * the parents' coefficients. A pair that almost cancels, {@code |w1 + w2| <= 1e-6 (|w1| + |w2|)},
 * is drawn again.
 *
 * @param codec translates genotypes
 * @param variation mean, standard deviation and granularity of the weights
 * @param draws the sequence of this crossover; a pair is drawn below it, at the granularity's key
 *     or at (expert's name, tensor name, component)
 */
public record TaskVectorCrossover(GenomeCodec codec, Variation variation, Draws draws)
    implements Alterer<CoefficientGene, CandidateFitness> {

  private static final double CANCELLED = 1e-6;

  /**
   * Makes one child of two parents.
   *
   * @throws IllegalArgumentException if there are not exactly two parents
   */
  @Override
  public AltererResult<CoefficientGene, CandidateFitness> alter(
      Seq<Phenotype<CoefficientGene, CandidateFitness>> population, long generation) {
    if (population.length() != 2) {
      throw new IllegalArgumentException("crossover takes two parents, got " + population.length());
    }
    Genome first = codec.decode(population.get(0).genotype());
    Genome second = codec.decode(population.get(1).genotype());
    Genome child = variation.perComponent() ? byComponents(first, second) : byKeys(first, second);
    return new AltererResult<>(ISeq.of(codec.unscored(child, generation)), 1);
  }

  private Genome byKeys(Genome first, Genome second) {
    Map<String, Double> shares = new HashMap<>();
    return first.mix(
        second, site -> shares.computeIfAbsent(variation.granularity().key(site), this::share));
  }

  private Genome byComponents(Genome first, Genome second) {
    List<String> experts = codec.layout().experts();
    return ComponentCrossover.mix(
        first,
        second,
        (expert, site, component) ->
            share(variation, draws.child(experts.get(expert)).child(site.name()).child(component)));
  }

  /** The first parent's share under a key: {@code w1 / (w1 + w2)}. */
  double share(String key) {
    return share(variation, draws, key);
  }

  static double share(Variation variation, Draws draws, String key) {
    return share(variation, draws.child(key));
  }

  private static double share(Variation variation, Draws pairs) {
    for (long pair = 0; ; pair++) {
      double first = variation.mean() + variation.sigma() * pairs.gaussian(2 * pair);
      double second = variation.mean() + variation.sigma() * pairs.gaussian(2 * pair + 1);
      if (!cancel(first, second)) {
        return first / (first + second);
      }
    }
  }

  static boolean cancel(double first, double second) {
    return Math.abs(first + second) <= CANCELLED * (Math.abs(first) + Math.abs(second));
  }
}
