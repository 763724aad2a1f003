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
   * Multiplies each singular value of the child's own task vector by {@code 1 + w}, {@code w}
   * uniform on [0, w_max] or [-w_max, w_max] (CycleQD, arXiv 2410.14735, section 3.3, in its
   * prose).
   *
   * @param wMax upper end of {@code w}
   * @param symmetric whether {@code w} may be negative
   */
  record ChildSvd(@Default("0.3") double wMax, @Default("false") boolean symmetric)
      implements MutationConfig {

    /** Checks the strength. */
    public ChildSvd {
      Require.positive("w_max", wMax);
    }
  }

  /**
   * Adds normal noise to the largest singular values of the child's full weights, as CycleQD's
   * successor does.
   *
   * @param sigma standard deviation
   * @param components how many singular values of a matrix
   */
  record TopSingular(@Default("0.25") double sigma, @Default("256") int components)
      implements MutationConfig {

    /** Checks both. */
    public TopSingular {
      Require.positive("sigma", sigma);
      Require.atLeast("components", components, 1);
    }
  }

  /** Whether it decomposes the child, and so leaves the span of the experts' components. */
  default boolean ofMatrices() {
    return switch (this) {
      case ChildSvd _, TopSingular _ -> true;
      case ExpertBasis _, Literal _, CoefficientGaussian _ -> false;
    };
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
