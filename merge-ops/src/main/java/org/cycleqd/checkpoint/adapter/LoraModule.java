package org.cycleqd.checkpoint.adapter;

import java.util.Optional;
import org.cycleqd.tensor.TensorSpec;
import org.cycleqd.tensor.TensorView;

/**
 * What an adapter stores for one module, checked against its configuration.
 *
 * @param path the module's path in the base
 * @param embedding whether the factors are an embedding's: {@code a} is [r, vocabulary], {@code b}
 *     [width, r], and the change is (b a)^T
 * @param scale the factor s of W + s B A
 * @param a [r, in]
 * @param b [out, r]
 * @param magnitude [out], DoRA's norms of the rows
 * @param factorBias [out], the bias of B
 * @param baseWeight a copy of the base's weight
 * @param baseBias [out], the trained bias of the base's module
 */
record LoraModule(
    String path,
    boolean embedding,
    double scale,
    TensorView a,
    TensorView b,
    Optional<TensorView> magnitude,
    Optional<TensorView> factorBias,
    Optional<TensorView> baseWeight,
    Optional<TensorView> baseBias) {

  int rank() {
    return Math.toIntExact(a.spec().rows());
  }

  /** Name of the weight in the base. */
  String weight() {
    return path + BaseModules.WEIGHT;
  }

  /** Name of the bias in the base. */
  String bias() {
    return path + BaseModules.BIAS;
  }

  /** The factors so that the change of the weight as the base stores it is s B A. */
  LowRankFactors factors() {
    return embedding
        ? new LowRankFactors(
            weight(),
            scale,
            FloatRows.transposed(TensorSpec.of("A", b.spec().dtype(), rank(), b.spec().rows()), b),
            new TransposedRows(a),
            magnitude.isPresent())
        : new LowRankFactors(weight(), scale, a, b, magnitude.isPresent());
  }
}
