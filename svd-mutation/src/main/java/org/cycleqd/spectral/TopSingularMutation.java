package org.cycleqd.spectral;

import java.util.ArrayList;
import java.util.List;
import org.cycleqd.random.Draws;

/**
 * The mutation of CycleQD's successor (AC/DC, arXiv 2604.14969): each matrix of the child's full
 * weights is decomposed, {@code W = U diag(s) V^T}, and normal noise added to its largest singular
 * values, which do not fall below zero:
 *
 * <pre>W' = W + sum over i below components of (max(0, s_i + sigma g_i) - s_i) u_i v_i^T</pre>
 *
 * <p>It changes the matrices that the basis's policy includes, also those that no expert changes.
 *
 * @param sigma standard deviation of the noise, above 0; 0.25 in the successor's program
 * @param components how many singular values, 1 or more; 256 there
 */
public record TopSingularMutation(double sigma, int components) implements MatrixMutation {

  /** Checks both numbers. */
  public TopSingularMutation {
    if (!(sigma > 0) || !Double.isFinite(sigma)) {
      throw new IllegalArgumentException(
          "top-singular mutation needs a positive sigma, got " + sigma);
    }
    if (components < 1) {
      throw new IllegalArgumentException(
          "top-singular mutation needs 1 component or more, got " + components);
    }
  }

  @Override
  public String name() {
    return "top-singular";
  }

  @Override
  public Genome mutate(Genome genome, SingularBasis basis, Draws draws) {
    Draws operator = draws.child(name());
    List<TensorCoefficients> core = new ArrayList<>();
    List<TensorSite> sites = basis.layout().tensors();
    for (int t = 0; t < sites.size(); t++) {
      Draws ofTensor = operator.child(sites.get(t).name());
      core.add(
          basis.includes(t)
              ? basis.shifted(genome, t, values -> amounts(values, ofTensor))
              : genome.coreOf(t));
    }
    return genome.withCore(core);
  }

  private double[] amounts(double[] values, Draws draws) {
    double[] amounts = new double[values.length];
    for (int i = 0; i < Math.min(components, values.length); i++) {
      amounts[i] = Math.max(0, values[i] + sigma * draws.gaussian(i)) - values[i];
    }
    return amounts;
  }

  @Override
  public long coreBytes(SingularBasis basis) {
    return basis.coreBytes(true);
  }
}
