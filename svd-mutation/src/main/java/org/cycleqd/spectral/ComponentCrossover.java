package org.cycleqd.spectral;

import java.util.ArrayList;
import java.util.List;

/** A mix of two genomes in which every component of every expert has a share of its own. */
public final class ComponentCrossover {

  private ComponentCrossover() {}

  /** The first genome's shares in one expert's coefficients in one tensor. */
  @FunctionalInterface
  public interface Shares {

    /**
     * The share of a component, or of a tensor that is not factorised.
     *
     * @param expert number of the expert
     * @param site the tensor
     * @param component from 0; 0 where the tensor is not factorised
     */
    double of(int expert, TensorSite site, int component);
  }

  /**
   * {@code share * first + (1 - share) * second}, component by component.
   *
   * @throws IllegalArgumentException if the layouts differ, or a genome has a core, which consists
   *     of no expert's components
   */
  public static Genome mix(Genome first, Genome second, Shares shares) {
    GenomeLayout layout = first.layout();
    if (!second.layout().equals(layout)) {
      throw new IllegalArgumentException("genomes of different layouts cannot be combined");
    }
    if (!first.core().isEmpty() || !second.core().isEmpty()) {
      throw new IllegalArgumentException("a genome with a core cannot be mixed by components");
    }
    List<List<TensorCoefficients>> rows = new ArrayList<>();
    for (int e = 0; e < layout.experts().size(); e++) {
      List<TensorCoefficients> row = new ArrayList<>();
      for (int t = 0; t < layout.tensors().size(); t++) {
        row.add(
            mix(
                first.coefficients().get(e).get(t),
                second.coefficients().get(e).get(t),
                layout.tensors().get(t),
                shares,
                e));
      }
      rows.add(row);
    }
    return new Genome(layout, rows);
  }

  private static TensorCoefficients mix(
      TensorCoefficients a, TensorCoefficients b, TensorSite site, Shares shares, int expert) {
    boolean alike = a.scale() == b.scale() && !a.spectral() && !b.spectral();
    if (alike) {
      return a;
    }
    if (site.rank() == 0) {
      double share = shares.of(expert, site, 0);
      return a.combine(share, b, 1 - share);
    }
    // The mean of the parents stays common, so that only differences need the singular basis.
    float scale = (float) (((double) a.scale() + b.scale()) / 2);
    float[] shift = new float[site.rank()];
    for (int i = 0; i < shift.length; i++) {
      double share = shares.of(expert, site, i);
      shift[i] = (float) (share * coefficient(a, i) + (1 - share) * coefficient(b, i) - scale);
    }
    return new TensorCoefficients(scale, shift);
  }

  private static double coefficient(TensorCoefficients set, int component) {
    return (double) set.scale() + (set.spectral() ? set.shift()[component] : 0);
  }
}
