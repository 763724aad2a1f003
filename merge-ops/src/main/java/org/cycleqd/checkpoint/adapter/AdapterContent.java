package org.cycleqd.checkpoint.adapter;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.cycleqd.tensor.DType;
import org.cycleqd.tensor.TensorView;

/**
 * What a published adapter folder will hold.
 *
 * @param baseModel name or path of the base, for {@code base_model_name_or_path}
 * @param factors the changes of weights; each weight once, without DoRA
 * @param savedModules ends of the paths of modules that are replaced as a whole
 * @param saved the tensors of these modules, by their names in the base, stored bit for bit
 * @param tied whether a tied output head follows a saved embedding
 * @param dtype what the factors are rounded to: F32, BF16 or F16
 */
public record AdapterContent(
    String baseModel,
    List<LowRankFactors> factors,
    List<String> savedModules,
    SequencedMap<String, TensorView> saved,
    boolean tied,
    DType dtype) {

  /**
   * Copies the collections.
   *
   * @throws IllegalArgumentException if there is nothing to store, the dtype is no weight's, a
   *     weight comes twice, or factors are DoRA's
   */
  public AdapterContent {
    factors = List.copyOf(factors);
    savedModules = List.copyOf(savedModules);
    saved = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(saved));
    if (factors.isEmpty() && saved.isEmpty()) {
      throw new IllegalArgumentException("an adapter needs factors or saved modules, found none");
    }
    if (!dtype.isWeight()) {
      throw new IllegalArgumentException("dtype: found " + dtype + ", expected F32, BF16 or F16");
    }
    if (factors.stream().map(LowRankFactors::tensor).distinct().count() < factors.size()) {
      throw new IllegalArgumentException("factors: found a tensor twice, expected each once");
    }
    for (LowRankFactors factor : factors) {
      if (factor.dora() || !factor.tensor().endsWith(BaseModules.WEIGHT)) {
        throw new IllegalArgumentException(
            "tensor %s: found %s, expected factors of a weight without DoRA"
                .formatted(factor.tensor(), factor.dora() ? "DoRA" : "no weight"));
      }
    }
  }

  /** Factors alone. */
  public static AdapterContent of(String baseModel, List<LowRankFactors> factors, DType dtype) {
    return new AdapterContent(baseModel, factors, List.of(), new LinkedHashMap<>(), false, dtype);
  }
}
