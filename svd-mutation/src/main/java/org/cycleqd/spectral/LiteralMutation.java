package org.cycleqd.spectral;

import java.util.ArrayList;
import java.util.List;
import org.cycleqd.random.Draws;

/**
 * The SVD mutation of CycleQD (arXiv 2410.14735, section 3.3) by the letter of its formula, which
 * replaces a task vector {@code U diag(s) V^T} by {@code U diag(s * w) V^T}: every component of
 * every expert in the child is multiplied by a weight of its own, uniform on [0, maximum), or on
 * [-maximum, maximum) where it is symmetric.
 *
 * <p>The components are the experts'. For a child of one expert that is the formula exactly; for a
 * mix the formula would decompose the mix. Below a maximum of 1 it shrinks every skill, which is
 * why the additive {@link ExpertBasisMutation} is the reading to search with. Tensors without a
 * basis stay as they are.
 *
 * @param maximum upper end of the weights, above 0; 0.3 in the paper
 * @param symmetric whether weights may be negative; not so in the paper
 */
public record LiteralMutation(double maximum, boolean symmetric) implements CoefficientMutation {

  /** Checks that the maximum is positive. */
  public LiteralMutation {
    if (!(maximum > 0) || !Double.isFinite(maximum)) {
      throw new IllegalArgumentException(
          "literal mutation needs a positive maximum, got " + maximum);
    }
  }

  @Override
  public String name() {
    return "literal";
  }

  @Override
  public Genome mutate(Genome genome, int expert, Draws draws) {
    GenomeLayout layout = genome.layout();
    Draws operator = draws.child(name());
    List<List<TensorCoefficients>> rows = new ArrayList<>();
    for (int e = 0; e < layout.experts().size(); e++) {
      Draws ofExpert = operator.child(layout.experts().get(e));
      List<TensorCoefficients> row = new ArrayList<>(genome.coefficients().get(e));
      for (int t = 0; t < row.size(); t++) {
        TensorSite site = layout.tensors().get(t);
        boolean absent = row.get(t).scale() == 0 && !row.get(t).spectral();
        if (site.rank() > 0 && !absent) {
          Draws ofTensor = ofExpert.child(site.name());
          row.set(
              t,
              scaled(row.get(t), ComponentWeights.draw(maximum, symmetric, ofTensor, site.rank())));
        }
      }
      rows.add(row);
    }
    return genome.with(rows);
  }

  /** Nothing is left that the components have in common. */
  private static TensorCoefficients scaled(TensorCoefficients set, double[] weights) {
    float[] shift = set.shift();
    float[] products = new float[weights.length];
    for (int i = 0; i < products.length; i++) {
      double coefficient = (double) set.scale() + (shift.length > 0 ? shift[i] : 0);
      products[i] = (float) (weights[i] * coefficient);
    }
    return new TensorCoefficients(0, products);
  }
}
