package org.cycleqd.spectral;

import java.util.ArrayList;
import java.util.List;
import org.cycleqd.random.Draws;

/**
 * The SVD mutation of CycleQD (arXiv 2410.14735, section 3.3) as its prose has it: each matrix of
 * the child's own task vector is decomposed, {@code tau = U diag(s) V^T}, and each of its
 * components strengthened by a weight of its own, uniform on [0, maximum), or on [-maximum,
 * maximum) where it is symmetric:
 *
 * <pre>tau' = U diag(s * (1 + w)) V^T</pre>
 *
 * <p>Where whole models are experts and the basis is truncated, tau is what the kept components
 * make of it, and the experts' residuals stay as they are. Tensors without a basis stay too.
 *
 * @param maximum upper end of the weights, above 0; 0.3 in the paper
 * @param symmetric whether components are weakened as often as strengthened; not so in the paper
 */
public record ChildSvdMutation(double maximum, boolean symmetric) implements MatrixMutation {

  /** Checks that the maximum is positive. */
  public ChildSvdMutation {
    if (!(maximum > 0) || !Double.isFinite(maximum)) {
      throw new IllegalArgumentException(
          "child-svd mutation needs a positive maximum, got " + maximum);
    }
  }

  @Override
  public String name() {
    return "child-svd";
  }

  @Override
  public Genome mutate(Genome genome, SingularBasis basis, Draws draws) {
    Draws operator = draws.child(name());
    List<TensorCoefficients> core = new ArrayList<>();
    List<TensorSite> sites = basis.layout().tensors();
    for (int t = 0; t < sites.size(); t++) {
      TensorSite site = sites.get(t);
      core.add(
          site.rank() == 0
              ? genome.coreOf(t)
              : basis.scaled(
                  genome,
                  t,
                  components ->
                      ComponentWeights.draw(
                          maximum, symmetric, operator.child(site.name()), components)));
    }
    return genome.withCore(core);
  }

  @Override
  public long coreBytes(SingularBasis basis) {
    return basis.coreBytes(false);
  }
}
