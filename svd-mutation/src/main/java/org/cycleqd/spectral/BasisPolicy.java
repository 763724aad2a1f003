package org.cycleqd.spectral;

import java.util.Locale;
import org.cycleqd.tensor.TensorSpec;

/**
 * How the task vectors of experts are taken apart.
 *
 * @param truncation how many components of a matrix there are
 * @param vectors treatment of what is no matrix, such as norms and biases; not {@link
 *     Treatment#INCLUDE}
 * @param embeddings treatment of the token embedding
 * @param heads treatment of the output head
 */
public record BasisPolicy(
    Truncation truncation, Treatment vectors, Treatment embeddings, Treatment heads) {

  /**
   * Checks that vectors are not to be decomposed.
   *
   * @throws IllegalArgumentException if they are
   */
  public BasisPolicy {
    if (vectors == Treatment.INCLUDE) {
      throw new IllegalArgumentException(
          "vectors: found include, expected scalar or exclude: a vector has one component");
    }
  }

  /** Of all matrices the components that the truncation says; vectors have one coefficient. */
  public static BasisPolicy of(Truncation truncation) {
    return new BasisPolicy(truncation, Treatment.SCALAR, Treatment.INCLUDE, Treatment.INCLUDE);
  }

  /** All components of all matrices. */
  public static BasisPolicy exact() {
    return of(new Truncation.Exact());
  }

  Treatment treatment(TensorSpec spec) {
    if (spec.shape().size() != 2 || spec.rows() == 1 || spec.columns() == 1) {
      return vectors;
    }
    if (spec.name().startsWith("model.embed_tokens.")) {
      return embeddings;
    }
    return spec.name().startsWith("lm_head.") ? heads : Treatment.INCLUDE;
  }

  /** One line that identifies the policy, e.g. {@code rank 128, vectors scalar, ...}. */
  public String text() {
    return "%s, vectors %s, embeddings %s, heads %s"
        .formatted(truncation, vectors, embeddings, heads)
        .toLowerCase(Locale.ROOT);
  }
}
