package org.cycleqd.spectral;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.function.Function;
import org.cycleqd.spectral.analysis.ExpertAnalysis;
import org.cycleqd.spectral.analysis.ExpertCosines;
import org.cycleqd.tensor.DType;
import org.cycleqd.tensor.TensorSpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Experts compared by their basis. */
class BasisAnalysisTest {

  private static final String EMBEDDING = "model.embed_tokens.weight";
  private static final String NORM = "model.norm.weight";

  @TempDir private Path folder;

  /** Models that are zero but for the elements given as "model tensor index". */
  private TinyExperts models(Map<String, Float> elements) throws IOException {
    Function<String, Function<TensorSpec, float[]>> weights =
        model ->
            spec -> {
              float[] values = new float[(int) spec.elements()];
              for (int i = 0; i < values.length; i++) {
                values[i] = elements.getOrDefault(model + " " + spec.name() + " " + i, 0f);
              }
              return values;
            };
    return TinyExperts.of(folder, TinyExperts.config(DType.F32, true, 12, 10), weights);
  }

  private ExpertCosines similarity(Map<String, Float> elements) throws IOException {
    try (TinyExperts models = models(elements)) {
      return ExpertAnalysis.of(models.basis()).total();
    }
  }

  @Test
  void identicalExpertsHaveCosineOne() throws IOException {
    ExpertCosines found =
        similarity(
            Map.of(
                "base " + NORM + " 0", 1f,
                "a " + NORM + " 0", 4f,
                "b " + NORM + " 0", 4f,
                "a " + EMBEDDING + " 9", 4f,
                "b " + EMBEDDING + " 9", 4f));
    assertTable(found.taskVectors(), 1, 1, 1);
    assertThat(found.norms()).containsExactly(new double[] {5, 5}, within(1e-12));
  }

  @Test
  void orthogonalExpertsHaveCosineZero() throws IOException {
    ExpertCosines found =
        similarity(Map.of("a " + EMBEDDING + " 0", 3f, "b " + EMBEDDING + " 1", -7f));
    assertTable(found.taskVectors(), 1, 0, 1);
    assertThat(found.norms()).containsExactly(new double[] {3, 7}, within(1e-12));
  }

  /** Task vectors (1, 2) and (2, -2) over two tensors, beside a base that is not zero. */
  @Test
  void theCosineIsThatOfTheWholeModel() throws IOException {
    ExpertCosines found =
        similarity(
            Map.of(
                "base " + NORM + " 0", 5f,
                "a " + NORM + " 0", 6f,
                "b " + NORM + " 0", 7f,
                "a " + EMBEDDING + " 0", 2f,
                "b " + EMBEDDING + " 0", -2f));
    assertTable(found.taskVectors(), 1, -2 / Math.sqrt(5 * 8), 1);
  }

  /**
   * Of the 15 matrices one is not zero: diag(3, 4) against diag(4, 0) with spectra (4, 3) and (4,
   * 0), whose cosine is 0.8.
   */
  @Test
  void spectraAreAveragedOverTheMatrices() throws IOException {
    ExpertCosines found =
        similarity(
            Map.of(
                "a " + EMBEDDING + " 0", 3f,
                "a " + EMBEDDING + " 9", 4f,
                "b " + EMBEDDING + " 0", 4f));
    assertTable(found.taskVectors(), 1, 0.6, 1);
    assertTable(found.spectra(), 1, 0.8, 1);
  }

  @Test
  void anExpertEqualToTheBaseHasCosineZero() throws IOException {
    ExpertCosines found = similarity(Map.of("a " + EMBEDDING + " 0", 3f));
    assertTable(found.taskVectors(), 1, 0, 0);
    assertThat(found.norms()).containsExactly(3, 0);
    assertThat(found.spectra()[1][1]).isZero();
  }

  @Test
  void randomExpertsGiveSymmetricTables() throws IOException {
    try (TinyExperts models =
        TinyExperts.random(folder, TinyExperts.config(DType.BF16, false, 12, 10))) {
      ExpertCosines found = ExpertAnalysis.of(models.basis()).total();
      assertThat(found.taskVectors()[0][1])
          .isEqualTo(found.taskVectors()[1][0])
          .isBetween(-0.2, 0.2);
      assertThat(found.spectra()[0][1]).isEqualTo(found.spectra()[1][0]).isBetween(0.9, 1.0);
      assertThat(found.spectra()[0][0]).isCloseTo(1, within(1e-9));
    }
  }

  /** The leading value of (4, 3) and of (4, 0); the rest of the first, 3, is no singular value. */
  @Test
  void whatATruncatedBasisLeavesIsNoSingularValue() throws IOException {
    Map<String, Float> elements =
        Map.of(
            "a " + EMBEDDING + " 0", 3f,
            "a " + EMBEDDING + " 9", 4f,
            "b " + EMBEDDING + " 0", 4f);
    try (TinyExperts models = models(elements)) {
      SequencedMap<String, Expert> experts = new LinkedHashMap<>();
      for (String name : List.of("a", "b")) {
        experts.put(name, Expert.of(models.base(), models.expert(name)));
      }
      BasisPolicy policy = BasisPolicy.of(new Truncation.Rank(1));
      try (SingularBasis basis = SingularBasis.of(models.base(), experts, policy)) {
        assertThat(basis.singularValues(0, 0)).containsExactly(4, 3);
        ExpertAnalysis found = ExpertAnalysis.of(basis);
        assertThat(found.experts()).containsExactly("a", "b");
        assertTable(found.total().taskVectors(), 1, 0.6, 1);
        assertTable(found.total().spectra(), 1, 1, 1);
      }
    }
  }

  private static void assertTable(double[][] table, double aa, double ab, double bb) {
    assertThat(table).hasDimensions(2, 2);
    assertThat(table[0]).containsExactly(new double[] {aa, ab}, within(1e-6));
    assertThat(table[1]).containsExactly(new double[] {ab, bb}, within(1e-6));
  }
}
