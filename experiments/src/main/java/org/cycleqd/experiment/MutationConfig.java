package org.cycleqd.experiment;

/** A mutation operator with its strength. */
@Discriminator("operator")
public sealed interface MutationConfig {

  /**
   * Adds {@code U diag(w * s) V^T} of the focus task's expert to each matrix, {@code w} uniform on
   * [0, w_max] or [-w_max, w_max] (CycleQD, arXiv 2410.14735, section 3.3, in the reading of the
   * published code).
   *
   * @param wMax upper end of {@code w}
   * @param symmetric whether {@code w} may be negative
   */
  record ExpertBasis(@Default("0.3") double wMax, @Default("false") boolean symmetric)
      implements MutationConfig {

    /** Checks the strength. */
    public ExpertBasis {
      Require.positive("w_max", wMax);
    }
  }

  /**
   * Multiplies each component of the experts in the child by a weight {@code w}, uniform on [0,
   * w_max] or [-w_max, w_max], as the formula of CycleQD (arXiv 2410.14735, section 3.3) is
   * printed.
   *
   * @param wMax upper end of {@code w}
   * @param symmetric whether {@code w} may be negative
   */
  record Literal(@Default("0.3") double wMax, @Default("false") boolean symmetric)
      implements MutationConfig {

    /** Checks the strength. */
    public Literal {
      Require.positive("w_max", wMax);
    }
  }

  /**
   * Adds normal noise to the coefficients themselves, one draw for each expert and group of tensors
   * that share a coefficient.
   *
   * @param sigma standard deviation
   */
  record CoefficientGaussian(double sigma) implements MutationConfig {

    /** Checks the strength. */
    public CoefficientGaussian {
      Require.positive("sigma", sigma);
    }
  }
}
