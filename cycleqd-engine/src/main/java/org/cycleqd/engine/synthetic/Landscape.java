package org.cycleqd.engine.synthetic;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.cycleqd.engine.ItemEvaluator;
import org.cycleqd.random.Draws;
import org.cycleqd.spectral.Genome;
import org.cycleqd.spectral.GenomeLayout;
import org.cycleqd.spectral.TensorCoefficients;
import org.cycleqd.spectral.TensorSite;

/**
 * Tasks whose scores are formulas of the genome. Task {@code k} is best served by a genome {@code
 * o_k} and scores
 *
 * <pre>q_k = exp(-d_k^2 / (2 width^2)),
 * d_k^2 = mean over tensors t of sum over experts e of mean over components i of (c_eti - o_keti)^2
 * o_keti = conflict [e = k] + (1 - conflict) / K + scatter (z_et + z_eti)</pre>
 *
 * with standard normal {@code z}, the same in all tasks: genomes of highest quality in one task,
 * given another, lie between the two best genomes, and no single coefficient for each expert
 * reaches them. Item {@code i} of {@code n} is solved where {@code q_k + noise z > (i + 1/2) / n};
 * its noise is addressed by the genome's digest, so a genome is always scored alike.
 */
public final class Landscape {

  private final GenomeLayout layout;
  private final LandscapeRule rule;
  private final List<Genome> optima;

  private Landscape(GenomeLayout layout, LandscapeRule rule) {
    this.layout = layout;
    this.rule = rule;
    this.optima =
        IntStream.range(0, layout.experts().size()).mapToObj(task -> optimum(task)).toList();
  }

  /**
   * A landscape; each task has an expert of its name.
   *
   * @param tasks their names
   * @param tensors number of tensors, each a layer group
   * @param rank singular components of each
   */
  public static Landscape of(List<String> tasks, int tensors, int rank, LandscapeRule rule) {
    List<TensorSite> sites = new ArrayList<>();
    for (int t = 0; t < tensors; t++) {
      sites.add(new TensorSite("tensor " + t, t, rank));
    }
    return new Landscape(new GenomeLayout(tasks, sites), rule);
  }

  private Genome optimum(int task) {
    List<List<TensorCoefficients>> rows = new ArrayList<>();
    int experts = layout.experts().size();
    for (int e = 0; e < experts; e++) {
      double share = (e == task ? rule.conflict() : 0) + (1 - rule.conflict()) / experts;
      List<TensorCoefficients> row = new ArrayList<>();
      for (TensorSite site : layout.tensors()) {
        Draws draws = Draws.at(rule.seed(), "optimum", layout.experts().get(e), site.name());
        double best = share + rule.scatter() * draws.child("tensor").gaussian(0);
        double[] shift = new double[site.rank()];
        for (int i = 0; i < shift.length; i++) {
          shift[i] = rule.scatter() * draws.gaussian(i);
        }
        row.add(
            shift.length == 0
                ? TensorCoefficients.of(best)
                : TensorCoefficients.of(best).plusShift(shift));
      }
      rows.add(row);
    }
    return new Genome(layout, rows);
  }

  /** The coordinates of its genomes; experts are named as tasks. */
  public GenomeLayout layout() {
    return layout;
  }

  /** The genome that is best in a task; its quality there is 1. */
  public Genome best(int task) {
    return optima.get(task);
  }

  /** The quality of a genome in a task, without noise, in [0, 1]. */
  public double quality(Genome genome, int task) {
    Genome best = optima.get(task);
    double sum = 0;
    for (int e = 0; e < layout.experts().size(); e++) {
      List<TensorCoefficients> row = genome.coefficients().get(e);
      List<TensorCoefficients> bestRow = best.coefficients().get(e);
      for (int t = 0; t < row.size(); t++) {
        sum += distance(row.get(t), bestRow.get(t));
      }
    }
    double squared = sum / layout.tensors().size();
    return StrictMath.exp(-squared / (2 * rule.width() * rule.width()));
  }

  /** Mean squared difference of two sets of coefficients. */
  private static double distance(TensorCoefficients one, TensorCoefficients other) {
    float[] mine = one.shift();
    float[] theirs = other.shift();
    double offset = (double) one.scale() - other.scale();
    int components = Math.max(1, theirs.length);
    double sum = 0;
    for (int i = 0; i < components; i++) {
      double difference =
          offset + (i < mine.length ? mine[i] : 0.0) - (i < theirs.length ? theirs[i] : 0.0);
      sum += difference * difference;
    }
    return sum / components;
  }

  /**
   * Scores genomes by items.
   *
   * @param items of each task
   * @param split names the noise: items of another split are disturbed otherwise
   */
  public ItemEvaluator evaluator(int items, String split) {
    return new LandscapeEvaluator(this, items, split);
  }

  LandscapeRule rule() {
    return rule;
  }
}
