package org.cycleqd.spectral.analysis;

import java.util.ArrayList;
import java.util.List;
import org.cycleqd.spectral.Genome;
import org.cycleqd.spectral.GenomeLayout;
import org.cycleqd.spectral.SingularBasis;
import org.cycleqd.spectral.TensorCoefficients;
import org.cycleqd.spectral.TensorSite;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Tells candidates whose task vector has grown out of the experts' measure. Where a genome is
 * coefficients alone, nothing is composed.
 *
 * <p>In each tensor the norm of the candidate's task vector is bounded from above and divided by
 * the largest norm of an expert's. With {@code m_e} the mean coefficient of expert e, weighted by
 * {@code s^2}, the bound is {@code ||sum_e m_e tau_e|| + sum_e ||(c_e - m_e) * s_e||}: exact where
 * components do not deviate, and never too small where they do. A tensor with a core of its own is
 * composed and measured, which costs less than the decomposition that the core came from.
 */
public final class NormGuard {

  private final double limit;
  private final GenomeLayout layout;
  private final List<TensorAnalysis> tensors;
  private final SingularBasis basis;

  private NormGuard(double limit, SingularBasis basis, List<TensorAnalysis> tensors) {
    this.limit = limit;
    this.layout = basis.layout();
    this.tensors = tensors;
    this.basis = basis;
  }

  /**
   * A candidate's verdict.
   *
   * @param passed whether every tensor keeps to the limit and every coefficient is finite
   * @param worst the tensor with the largest ratio, the first of them
   * @param ratio its ratio; infinite where a coefficient is not finite, or a tensor is changed that
   *     no expert changes
   * @param ratios of all tensors, in the layout's order
   */
  public record Verdict(boolean passed, String worst, double ratio, List<Double> ratios) {

    /** Copies the list. */
    public Verdict {
      ratios = List.copyOf(ratios);
    }
  }

  /**
   * Takes the experts' measures.
   *
   * @param basis of the genomes to judge; not closed by the guard
   * @param analysis of the same experts and tensors, with spectra
   * @param limit largest ratio that passes, above 0; 1 is the largest expert itself
   */
  public static NormGuard of(SingularBasis basis, ExpertAnalysis analysis, double limit) {
    GenomeLayout layout = basis.layout();
    if (!(limit > 0) || !Double.isFinite(limit)) {
      throw new IllegalArgumentException(
          "limit: found %s, expected a positive number".formatted(limit));
    }
    List<String> names = layout.tensors().stream().map(TensorSite::name).toList();
    List<String> found = analysis.tensors().stream().map(TensorAnalysis::tensor).toList();
    if (!analysis.experts().equals(layout.experts()) || !found.equals(names)) {
      throw new IllegalArgumentException(
          "analysis: found experts %s and %d tensors, expected those of the genomes, %s and %d"
              .formatted(analysis.experts(), found.size(), layout.experts(), names.size()));
    }
    for (int t = 0; t < names.size(); t++) {
      if (layout.tensors().get(t).rank() > 0 && !analysis.tensors().get(t).spectral()) {
        throw new IllegalArgumentException(
            "analysis: found no singular values of %s, expected spectra".formatted(names.get(t)));
      }
    }
    return new NormGuard(limit, basis, analysis.tensors());
  }

  /**
   * Judges a candidate.
   *
   * @param genome a genome of the basis's layout
   * @throws IllegalArgumentException if it has another layout
   */
  public Verdict judge(Genome genome) {
    if (!genome.layout().equals(layout)) {
      throw new IllegalArgumentException("the genome belongs to another basis");
    }
    List<Double> ratios = new ArrayList<>();
    int worst = 0;
    for (int t = 0; t < layout.tensors().size(); t++) {
      double ratio = ratio(genome, t);
      ratios.add(ratio);
      worst = ratio > ratios.get(worst) ? t : worst;
    }
    double largest = ratios.get(worst);
    return new Verdict(largest <= limit, layout.tensors().get(worst).name(), largest, ratios);
  }

  private double ratio(Genome genome, int tensor) {
    TensorAnalysis measures = tensors.get(tensor);
    int experts = layout.experts().size();
    double[] means = new double[experts];
    double deviation = 0;
    double reference = 0;
    for (int e = 0; e < experts; e++) {
      TensorCoefficients set = genome.coefficients().get(e).get(tensor);
      if (!set.finite()) {
        return Double.POSITIVE_INFINITY;
      }
      double[] squares = set.spectral() ? measures.spectra().get(e) : new double[0];
      double shift = meanShift(set.shift(), squares);
      means[e] = set.scale() + shift;
      deviation += deviation(set.shift(), squares, shift);
      reference = Math.max(reference, measures.norm(e));
    }
    if (genome.hasCore(tensor)) {
      double composed = basis.norm(genome, tensor);
      return reference == 0 ? (composed == 0 ? 0 : Double.POSITIVE_INFINITY) : composed / reference;
    }
    INDArray row = Nd4j.create(means, new long[] {1, experts});
    INDArray products = Nd4j.create(measures.products());
    double square = row.mmul(products).mmul(row.transpose()).getDouble(0);
    double norm = Math.sqrt(Math.max(0, square)) + deviation;
    return reference == 0 ? 0 : norm / reference; // no coefficient changes a zero
  }

  private static double meanShift(float[] shift, double[] squares) {
    double weighted = 0;
    double weights = 0;
    for (int i = 0; i < shift.length; i++) {
      weighted += squares[i] * shift[i];
      weights += squares[i];
    }
    return weights == 0 ? 0 : weighted / weights;
  }

  private static double deviation(float[] shift, double[] squares, double mean) {
    double sum = 0;
    for (int i = 0; i < shift.length; i++) {
      sum += squares[i] * (shift[i] - mean) * (shift[i] - mean);
    }
    return Math.sqrt(sum);
  }
}
