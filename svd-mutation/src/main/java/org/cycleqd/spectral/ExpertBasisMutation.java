package org.cycleqd.spectral;

import java.util.ArrayList;
import java.util.List;
import org.cycleqd.random.Draws;

/**
 * Strengthens random sub-skills of the expert of the task in focus: in every tensor with a singular
 * basis, component {@code i} of that expert's task vector is added once more with its own weight
 * {@code w_i}, uniform on [0, maximum), or on [-maximum, maximum) where it is symmetric:
 *
 * <pre>theta_child += U diag(w * s) V^T</pre>
 *
 * <p>This is the additive reading of the SVD mutation of CycleQD (arXiv 2410.14735, section 3.3),
 * with the singular basis of the expert in place of the child's, as in the program that its authors
 * published. Tensors without a basis stay as they are.
 *
 * @param maximum upper end of the weights, above 0; 0.3 in the paper, 0.1 in its program
 * @param symmetric whether sub-skills are weakened as often as strengthened; not so in the paper
 */
public record ExpertBasisMutation(double maximum, boolean symmetric)
    implements CoefficientMutation {

  /** Checks that the maximum is positive. */
  public ExpertBasisMutation {
    if (!(maximum > 0) || !Double.isFinite(maximum)) {
      throw new IllegalArgumentException(
          "expert-basis mutation needs a positive maximum, got " + maximum);
    }
  }

  /** One-sided, as in the paper. */
  public ExpertBasisMutation(double maximum) {
    this(maximum, false);
  }

  @Override
  public String name() {
    return "expert-basis";
  }

  @Override
  public Genome mutate(Genome genome, int expert, Draws draws) {
    GenomeLayout layout = genome.layout();
    Draws ofExpert = draws.child(name()).child(layout.experts().get(expert));
    List<TensorCoefficients> row = new ArrayList<>(genome.coefficients().get(expert));
    for (int t = 0; t < row.size(); t++) {
      TensorSite site = layout.tensors().get(t);
      if (site.rank() > 0) {
        Draws ofTensor = ofExpert.child(site.name());
        double[] weights = ComponentWeights.draw(maximum, symmetric, ofTensor, site.rank());
        row.set(t, row.get(t).plusShift(weights));
      }
    }
    List<List<TensorCoefficients>> rows = new ArrayList<>(genome.coefficients());
    rows.set(expert, row);
    return genome.with(rows);
  }
}
