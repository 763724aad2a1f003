package org.cycleqd.engine;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntFunction;
import org.cycleqd.archive.ArchiveView;
import org.cycleqd.archive.Elite;
import org.cycleqd.spectral.Genome;

/**
 * One model out of the archives (CycleQD, arXiv 2410.14735, section 3.4): the mix of the best elite
 * of every archive, with shares
 *
 * <pre>beta_k = exp(f_k / temperature) / sum_i exp(f_i / temperature)</pre>
 *
 * where {@code f_k} is that elite's quality, a fraction in [0, 1]. Among equally good elites the
 * most recent candidate counts.
 *
 * @param candidates the elites' numbers, in task order
 * @param betas their shares, in task order; they sum to one
 * @param genome the mix
 */
public record Aggregate(List<Integer> candidates, List<Double> betas, Genome genome) {

  /** Copies the lists. */
  public Aggregate {
    candidates = List.copyOf(candidates);
    betas = List.copyOf(betas);
  }

  static Aggregate of(List<ArchiveView> archives, IntFunction<Genome> genomes, double temperature) {
    List<Elite> best = archives.stream().map(archive -> archive.best().orElseThrow()).toList();
    double[] qualities = new double[best.size()];
    for (int k = 0; k < qualities.length; k++) {
      qualities[k] = best.get(k).scores().get(archives.get(k).task());
    }
    double[] betas = softmax(qualities, temperature);
    List<Genome> parts = new ArrayList<>();
    best.forEach(elite -> parts.add(genomes.apply(elite.candidate())));
    return new Aggregate(
        best.stream().map(Elite::candidate).toList(),
        Arrays.stream(betas).boxed().toList(),
        Genome.sum(parts, betas));
  }

  static double[] softmax(double[] values, double temperature) {
    double greatest = Double.NEGATIVE_INFINITY;
    for (double value : values) {
      greatest = Math.max(greatest, value);
    }
    double[] shares = new double[values.length];
    double sum = 0;
    for (int k = 0; k < shares.length; k++) {
      shares[k] = StrictMath.exp((values[k] - greatest) / temperature);
      sum += shares[k];
    }
    for (int k = 0; k < shares.length; k++) {
      shares[k] /= sum;
    }
    return shares;
  }
}
