package org.cycleqd.engine;

import io.jenetics.Optimize;
import io.jenetics.Phenotype;
import io.jenetics.Selector;
import io.jenetics.util.ISeq;
import io.jenetics.util.Seq;
import java.util.ArrayList;
import java.util.List;
import org.cycleqd.random.Draws;

/**
 * Draws parents from the elites of an archive without replacement. When more parents are asked for
 * than there are elites, all elites can be drawn again; a single elite so becomes both parents.
 *
 * @param sampling the weights
 * @param draws the sequence of this selection; parent {@code i} takes element {@code i}
 */
public record EliteSelector(Sampling sampling, Draws draws)
    implements Selector<CoefficientGene, CandidateFitness> {

  /**
   * Draws {@code count} parents.
   *
   * @throws IllegalArgumentException if parents are wanted from an empty population, or the least
   *     fit are wanted
   */
  @Override
  public ISeq<Phenotype<CoefficientGene, CandidateFitness>> select(
      Seq<Phenotype<CoefficientGene, CandidateFitness>> population, int count, Optimize optimize) {
    if (optimize != Optimize.MAXIMUM) {
      throw new IllegalArgumentException("elites are selected for high scores only");
    }
    if (population.isEmpty() && count > 0) {
      throw new IllegalArgumentException("there is no elite to select a parent from");
    }
    List<Phenotype<CoefficientGene, CandidateFitness>> parents = new ArrayList<>();
    double[] weights = new double[0];
    double total = 0;
    for (int i = 0; i < count; i++) {
      if (i % population.length() == 0) {
        List<List<Double>> scores = new ArrayList<>(population.length());
        for (int j = 0; j < population.length(); j++) {
          scores.add(population.get(j).fitness().scores());
        }
        weights = sampling.weights(scores);
      }
      total = 0;
      for (double weight : weights) {
        total += weight;
      }
      int chosen = pick(weights, total * draws.uniform(i));
      weights[chosen] = 0;
      parents.add(population.get(chosen));
    }
    return ISeq.of(parents);
  }

  /** The element in whose share of the total the point falls; never one of weight 0. */
  private static int pick(double[] weights, double point) {
    int chosen = -1;
    double end = 0;
    for (int j = 0; j < weights.length; j++) {
      if (weights[j] > 0) {
        chosen = j;
        end += weights[j];
        if (point < end) {
          return j;
        }
      }
    }
    return chosen;
  }
}
