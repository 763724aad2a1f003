package org.cycleqd.spectral;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.cycleqd.checkpoint.LlamaConfig;
import org.cycleqd.tensor.DType;
import org.cycleqd.tensor.TensorSpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What truncation cuts off stays in the model, as one component with a coefficient of its own. */
class TruncatedBasisTest {

  private static final int RANK = 3;

  @TempDir private Path folder;

  @SuppressWarnings("NullAway.Init") // before each test
  private TinyExperts models;

  @BeforeEach
  void open() throws IOException {
    models = TinyExperts.random(folder, TinyExperts.config(DType.F32, false, 12, 10));
  }

  @AfterEach
  void close() {
    models.close();
  }

  private SingularBasis basis(BasisPolicy policy) throws IOException {
    SequencedMap<String, Expert> experts = new LinkedHashMap<>();
    models.experts().forEach((name, model) -> experts.put(name, new FullExpert(model)));
    return SingularBasis.of(models.base(), experts, policy);
  }

  private List<float[]> compose(SingularBasis basis, Genome genome) {
    return new LiveFloats(models.base()).compose(basis, genome, 2).values();
  }

  @Test
  void theResidualIsTheLastComponent() throws IOException {
    try (SingularBasis basis = basis(BasisPolicy.of(new Truncation.Rank(RANK)))) {
      for (int t = 0; t < basis.layout().tensors().size(); t++) {
        int all = models.basis().layout().tensors().get(t).rank();
        int rank = basis.layout().tensors().get(t).rank();
        assertThat(rank).isEqualTo(all > RANK ? RANK + 1 : all);
        float[] exact = models.basis().singularValues(0, t);
        float[] kept = basis.singularValues(0, t);
        double rest = 0;
        for (int i = RANK; i < exact.length; i++) {
          rest += (double) exact[i] * exact[i];
        }
        for (int i = 0; i < Math.min(RANK, all); i++) {
          assertThat(kept[i]).isCloseTo(exact[i], within(1e-5f));
        }
        if (all > RANK) {
          assertThat((double) kept[RANK]).isCloseTo(Math.sqrt(rest), within(1e-5));
        }
      }
    }
  }

  @Test
  void neutralCoefficientsLoseNothing() throws IOException {
    try (SingularBasis basis = basis(BasisPolicy.of(new Truncation.Rank(1)))) {
      assertThat(compose(basis, Genome.uniform(basis.layout(), 0, 0)))
          .containsExactlyElementsOf(models.weights(models.base()));
      // Whole task vectors do not go through singular vectors, so nothing depends on the rank.
      for (double[] weights : new double[][] {{0, 1}, {0.3, -0.7}}) {
        assertThat(compose(basis, Genome.uniform(basis.layout(), weights)))
            .containsExactlyElementsOf(
                models.compose(Genome.uniform(models.basis().layout(), weights)));
      }
    }
  }

  /** Shifting residual and components alike is the common coefficient again. */
  @Test
  void theResidualsCoefficientMovesWhatTheOthersLeave() throws IOException {
    try (SingularBasis basis = basis(BasisPolicy.of(new Truncation.Rank(RANK)))) {
      float[] cut = {0.5f, -0.25f, 1, 2}; // the last one is the residual's
      Genome truncated = shifted(basis.layout(), cut, RANK);
      List<float[]> found = compose(basis, truncated);
      List<float[]> wanted = models.compose(shifted(models.basis().layout(), cut, RANK));
      for (int t = 0; t < found.size(); t++) {
        assertThat(found.get(t)).containsExactly(wanted.get(t), within(5e-6f));
      }
    }
  }

  /** Shifts of expert "a": the first ones as given, all others like the last one given. */
  private static Genome shifted(GenomeLayout layout, float[] shifts, int rank) {
    List<TensorCoefficients> row = new ArrayList<>();
    for (TensorSite site : layout.tensors()) {
      float[] shift = new float[site.rank()];
      for (int i = 0; i < shift.length; i++) {
        shift[i] = shifts[Math.min(i, rank)];
      }
      row.add(new TensorCoefficients(0.5f, shift));
    }
    return new Genome(layout, List.of(row, Genome.uniform(layout, 0, 0.25).coefficients().get(1)));
  }

  @Test
  void anEnergyKeepsTheFewestComponentsThatHoldIt() throws IOException {
    double share = 0.6;
    try (SingularBasis basis = basis(BasisPolicy.of(new Truncation.Energy(share)))) {
      int tensor = 0;
      float[] exact = models.basis().singularValues(0, tensor);
      double all = 0;
      for (float value : exact) {
        all += (double) value * value;
      }
      int fewest = 0;
      for (double sum = 0; sum < share * all; fewest++) {
        sum += (double) exact[fewest] * exact[fewest];
      }
      float[] kept = basis.singularValues(0, tensor);
      assertThat(kept[fewest - 1]).isCloseTo(exact[fewest - 1], within(1e-5f));
      double rest = (double) kept[fewest] * kept[fewest];
      assertThat(rest).isLessThanOrEqualTo((1 - share) * all).isPositive();
    }
  }

  @Test
  void kindsOfTensorsAreTreatedAsThePolicySays() throws IOException {
    BasisPolicy policy =
        new BasisPolicy(
            new Truncation.Exact(), Treatment.EXCLUDE, Treatment.SCALAR, Treatment.EXCLUDE);
    try (SingularBasis basis = basis(policy)) {
      List<float[]> composed = compose(basis, Genome.expert(basis.layout(), 1));
      List<float[]> expert = models.compose(Genome.expert(models.basis().layout(), 1));
      List<float[]> base = models.weights(models.base());
      for (int t = 0; t < composed.size(); t++) {
        TensorSpec spec = models.base().config().tensors().get(t);
        int rank = basis.layout().tensors().get(t).rank();
        boolean excluded = spec.shape().size() == 1 || spec.name().startsWith("lm_head");
        assertThat(composed.get(t)).isEqualTo(excluded ? base.get(t) : expert.get(t));
        assertThat(rank > 0)
            .as(spec.name())
            .isEqualTo(!excluded && !spec.name().startsWith("model.embed_tokens"));
      }
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() ->
            new BasisPolicy(
                new Truncation.Exact(), Treatment.INCLUDE, Treatment.SCALAR, Treatment.SCALAR))
        .withMessageContaining("vectors: found include, expected scalar or exclude");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Truncation.Rank(0))
        .withMessage("rank: found 0, expected 1 or more");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Truncation.Energy(1))
        .withMessage("energy: found 1.0, expected a share between 0 and 1");
  }

  @Test
  void weightsThatTheTypeCannotHoldAreRefused() throws IOException {
    LlamaConfig config = TinyExperts.config(DType.F16, false, 12, 10);
    try (TinyExperts half = TinyExperts.random(folder.resolve("half"), config)) {
      Genome genome = Genome.uniform(half.basis().layout(), 1e9, 0);
      assertThatThrownBy(() -> half.compose(genome))
          .isInstanceOf(WeightsException.class)
          .hasMessageMatching(
              "tensor model\\.embed_tokens\\.weight: element \\[\\d+, \\d+]: "
                  + "found a composed value of -?\\d\\S+, expected one within F16");
    }
  }
}
