package org.cycleqd.spectral;

import java.util.Optional;
import org.cycleqd.tensor.TensorRows;

/**
 * What an expert changes in one tensor, and how a genome addresses it: the kept components, and
 * behind them the residual where something is left.
 *
 * <p>With the common coefficient c, the shifts d_i of the kept components and d of the residual,
 * the change enters as {@code sum_i (c + d_i) s_i u_i v_i^T + (c + d) R}. Where the weights are
 * those of a model, R needs not be stored: with the task vector tau that is {@code (c + d) tau +
 * sum_i (d_i - d) s_i u_i v_i^T}. Where the change is a product of low rank, all its components are
 * stored and R consists of the last ones.
 *
 * @param weights the expert's weights; empty where its components say all, or nothing changes
 * @param factors the components
 * @param components how many coefficients address them; 0 if only the common one does
 * @param rest whether the last one is the residual's
 */
record Change(Optional<TensorRows> weights, Factors factors, int components, boolean rest) {

  static final Change NONE = new Change(Optional.empty(), Factors.without(0, 0), 0, false);

  /** The change as a policy wants it addressed. */
  static Change of(Expert expert, String tensor, Treatment treatment, int full, Factors factors) {
    if (treatment == Treatment.EXCLUDE) {
      return NONE;
    }
    boolean product = expert.factors(tensor).isPresent();
    Optional<TensorRows> weights =
        product || factors.norm() == 0 ? Optional.empty() : expert.weights(tensor);
    if (treatment == Treatment.SCALAR) {
      return new Change(weights, factors, 0, false);
    }
    boolean rest = factors.kept() > 0 && factors.kept() < (product ? factors.stored() : full);
    return new Change(weights, factors, factors.kept() + (rest ? 1 : 0), rest);
  }

  /**
   * The singular values of the kept components, and behind them the norm of the residual.
   *
   * @param length of the result, which zeros fill up
   */
  float[] values(int length) {
    float[] values = kept(length);
    if (rest) {
      values[factors.kept()] = factors.residual();
    }
    return values;
  }

  /** The same without the residual. */
  float[] kept(int length) {
    float[] values = new float[length];
    int known = Math.min(Math.min(components, factors.kept()), factors.stored());
    System.arraycopy(factors.values(), 0, values, 0, known);
    return values;
  }

  /** The weight of the task vector where the expert's weights are used. */
  float weight(TensorCoefficients set) {
    return set.scale() + restShift(set);
  }

  /** What each stored component is multiplied by, its value included. */
  float[] amounts(TensorCoefficients set) {
    float others = restShift(set);
    float[] amounts = new float[factors.stored()];
    for (int i = 0; i < amounts.length; i++) {
      float shift =
          components > 0 && set.spectral() && i < factors.kept() ? set.shift()[i] : others;
      float coefficient = weights.isPresent() ? shift - others : set.scale() + shift;
      amounts[i] = coefficient * factors.values()[i];
    }
    return amounts;
  }

  /** What each stored component has in the genome's task vector, residuals aside. */
  float[] strengths(TensorCoefficients set) {
    float[] strengths = new float[factors.stored()];
    for (int i = 0; i < strengths.length; i++) {
      boolean shifted = components > 0 && set.spectral() && i < factors.kept();
      float coefficient = set.scale() + (shifted ? set.shift()[i] : restShift(set));
      strengths[i] = coefficient * factors.values()[i];
    }
    return strengths;
  }

  private float restShift(TensorCoefficients set) {
    return rest && set.spectral() ? set.shift()[factors.kept()] : 0;
  }
}
