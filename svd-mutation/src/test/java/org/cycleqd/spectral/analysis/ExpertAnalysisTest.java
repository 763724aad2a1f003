package org.cycleqd.spectral.analysis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.cycleqd.checkpoint.Checkpoint;
import org.cycleqd.checkpoint.CheckpointException;
import org.cycleqd.random.Draws;
import org.cycleqd.spectral.ChildSvdMutation;
import org.cycleqd.spectral.ExpertBasisMutation;
import org.cycleqd.spectral.Genome;
import org.cycleqd.spectral.GenomeLayout;
import org.cycleqd.spectral.LiteralMutation;
import org.cycleqd.spectral.LiveFloats;
import org.cycleqd.spectral.SingularBasis;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class ExpertAnalysisTest {

  private static final String EMBEDDING = "model.embed_tokens.weight";
  private static final String UP = "model.layers.0.mlp.up_proj.weight";

  @TempDir private Path folder;

  /** Models that are zero but for the elements given as "model tensor index". */
  private TinyModels sparse(Map<String, Float> elements) throws IOException {
    return TinyModels.of(
        folder,
        (model, spec) -> {
          float[] values = new float[(int) spec.elements()];
          for (int i = 0; i < values.length; i++) {
            values[i] = elements.getOrDefault(model + " " + spec.name() + " " + i, 0f);
          }
          return values;
        });
  }

  private static ExpertAnalysis analyse(TinyModels models) throws IOException {
    return ExpertAnalysis.of(models.base(), models.experts(), true, _ -> {});
  }

  /** In the embedding (3, 4) against (4, 0), in the first layer 2 against -2. */
  @Test
  void tellsLayersApart() throws IOException {
    try (TinyModels models =
        sparse(
            Map.of(
                "base " + EMBEDDING + " 0", 1f,
                "a " + EMBEDDING + " 0", 4f,
                "a " + EMBEDDING + " 9", 4f,
                "b " + EMBEDDING + " 0", 5f,
                "a " + UP + " 0", 2f,
                "b " + UP + " 0", -2f))) {
      ExpertAnalysis found = analyse(models);
      assertThat(found.layers().stream().map(ExpertCosines::part))
          .containsExactly("embedding", "layer 0", "layer 1", "norm and head");
      ExpertCosines total = found.total();
      assertThat(total.norms())
          .containsExactly(new double[] {Math.sqrt(29), Math.sqrt(20)}, within(1e-9));
      assertThat(total.taskVectors()[0][1]).isCloseTo(8 / Math.sqrt(29 * 20), within(1e-9));
      assertThat(total.spectra()[0][1]).isCloseTo((0.8 + 1) / 2, within(1e-9));
      assertCosines(found.layers().getFirst(), 0.6, 0.8);
      assertCosines(found.layers().get(1), -1, 1);
      assertCosines(found.layers().get(2), 0, 0);
    }
  }

  private static void assertCosines(ExpertCosines layer, double taskVectors, double spectra) {
    assertThat(layer.taskVectors()[0][1]).isCloseTo(taskVectors, within(1e-9));
    assertThat(layer.spectra()[0][1]).isCloseTo(spectra, within(1e-9));
  }

  @Test
  void agreesWithTheBasisOfSingularVectors() throws IOException {
    try (TinyModels models = TinyModels.random(folder);
        SingularBasis basis = SingularBasis.build(models.base(), models.experts())) {
      ExpertAnalysis found = analyse(models);
      ExpertCosines expected = ExpertAnalysis.of(basis).total();
      ExpertCosines total = found.total();
      assertThat(total.norms()).containsExactly(expected.norms(), within(1e-6));
      for (int e = 0; e < 2; e++) {
        assertThat(total.taskVectors()[e]).containsExactly(expected.taskVectors()[e], within(1e-7));
        assertThat(total.spectra()[e]).containsExactly(expected.spectra()[e], within(1e-6));
        for (int t = 0; t < found.tensors().size(); t++) {
          if (found.tensors().get(t).spectral()) {
            float[] values = basis.singularValues(e, t);
            double[] squares = found.tensors().get(t).spectra().get(e);
            for (int i = 0; i < values.length; i++) {
              assertThat(Math.sqrt(squares[i])).isCloseTo(values[i], within(1e-6));
            }
          }
        }
      }
    }
  }

  /** Squared singular values 16 and 9 of 25: one holds 64 %, two hold all. */
  @Test
  void countsTheComponentsThatHoldTheEnergy() throws IOException {
    try (TinyModels models =
        sparse(
            Map.of(
                "a " + EMBEDDING + " 0", 3f,
                "a " + EMBEDDING + " 9", 4f,
                "b " + EMBEDDING + " 0", 1f))) {
      KindSpectrum kind = analyse(models).kinds().getFirst();
      assertThat(kind.kind()).isEqualTo(EMBEDDING);
      assertThat(kind.fullRank()).isEqualTo(8);
      assertThat(kind.experts())
          .containsExactly(
              new KindSpectrum.Energy(5, 1, 2, 2), new KindSpectrum.Energy(1, 1, 1, 1));
      assertThat(analyse(models).kinds().get(1))
          .isEqualTo(
              new KindSpectrum(
                  "layers.*.self_attn.q_proj.weight",
                  2,
                  8,
                  List.of(
                      new KindSpectrum.Energy(0, 0, 0, 0), new KindSpectrum.Energy(0, 0, 0, 0))));
    }
  }

  @Test
  void leavesSpectraOutWhereTheyAreNotWanted() throws IOException {
    try (TinyModels models = TinyModels.random(folder)) {
      List<String> told = new ArrayList<>();
      ExpertAnalysis found = ExpertAnalysis.of(models.base(), models.experts(), false, told::add);
      assertThat(told).containsExactlyElementsOf(models.base().tensors().keySet());
      assertThat(found.kinds()).isEmpty();
      assertThat(found.total().spectra()[0]).containsOnly(0);
      assertThat(found.total().taskVectors()[0][1])
          .isEqualTo(analyse(models).total().taskVectors()[0][1]);
    }
  }

  @Test
  void namesAWeightThatIsNotFinite() throws IOException {
    try (TinyModels models = sparse(Map.of("b " + UP + " 7", Float.NaN))) {
      assertThatThrownBy(() -> analyse(models))
          .isInstanceOf(CheckpointException.class)
          .hasMessage(
              "%s: tensor %s: found NaN at element 7, expected finite weights",
              folder.resolve("b"), UP);
    }
  }

  @Test
  void theGuardsBoundHoldsAndIsExactForWholeTaskVectors() throws IOException {
    try (TinyModels models = TinyModels.random(folder);
        SingularBasis basis = SingularBasis.build(models.base(), models.experts())) {
      GenomeLayout layout = basis.layout();
      NormGuard guard = NormGuard.of(basis, analyse(models), 1.25);
      assertThat(guard.judge(Genome.uniform(layout, 0, 0)).ratio()).isZero();
      NormGuard.Verdict mixed = guard.judge(Genome.uniform(layout, 0.7, -0.4));
      for (int t = 0; t < layout.tensors().size(); t++) {
        INDArray a = vector(basis, 0, t);
        INDArray b = vector(basis, 1, t);
        double norm = a.mul(0.7).sub(b.mul(0.4)).norm2Number().doubleValue();
        double largest = Math.max(a.norm2Number().doubleValue(), b.norm2Number().doubleValue());
        assertThat(mixed.ratios().get(t)).isCloseTo(norm / largest, within(1e-6));
      }
      assertThat(mixed.passed()).isTrue();
      Genome mutant =
          new ExpertBasisMutation(0.3, true)
              .mutate(
                  new LiteralMutation(0.9, false)
                      .mutate(Genome.uniform(layout, 0.5, 0.5), 0, Draws.at(1)),
                  1,
                  Draws.at(2));
      List<Double> bounds = guard.judge(mutant).ratios();
      for (int t = 0; t < layout.tensors().size(); t++) {
        double exact = norm(basis, mutant, models.base(), t);
        double largest =
            Math.max(
                vector(basis, 0, t).norm2Number().doubleValue(),
                vector(basis, 1, t).norm2Number().doubleValue());
        assertThat(bounds.get(t)).isBetween(exact / largest - 1e-6, 2 * exact / largest + 1e-6);
      }
    }
  }

  @Test
  void aBasisHasTheMeasuresOfItsModels() throws IOException {
    try (TinyModels models = TinyModels.random(folder);
        SingularBasis basis = SingularBasis.build(models.base(), models.experts())) {
      ExpertAnalysis own = ExpertAnalysis.of(basis);
      ExpertAnalysis read = analyse(models);
      assertThat(own.experts()).isEqualTo(read.experts());
      Genome mutant =
          new ExpertBasisMutation(0.3, true)
              .mutate(Genome.uniform(basis.layout(), 0.8, 0.5), 1, Draws.at(5));
      List<Double> found = NormGuard.of(basis, own, 1).judge(mutant).ratios();
      List<Double> expected = NormGuard.of(basis, read, 1).judge(mutant).ratios();
      for (int t = 0; t < expected.size(); t++) {
        assertThat(found.get(t)).isCloseTo(expected.get(t), within(1e-5));
      }
    }
  }

  @Test
  void theGuardMeasuresCoresThatItCannotTellFromCoefficients() throws IOException {
    try (TinyModels models = TinyModels.random(folder);
        SingularBasis basis = SingularBasis.build(models.base(), models.experts())) {
      NormGuard guard = NormGuard.of(basis, analyse(models), 1.25);
      Genome parent = Genome.uniform(basis.layout(), 0.5, 0.5);
      Genome child = new ChildSvdMutation(0.3, false).mutate(parent, basis, Draws.at(3));
      NormGuard.Verdict verdict = guard.judge(child);
      for (int t = 0; t < basis.layout().tensors().size(); t++) {
        double largest =
            Math.max(
                vector(basis, 0, t).norm2Number().doubleValue(),
                vector(basis, 1, t).norm2Number().doubleValue());
        double exact = norm(basis, child, models.base(), t);
        assertThat(verdict.ratios().get(t)).isCloseTo(exact / largest, within(1e-5));
        assertThat(verdict.ratios().get(t))
            .isGreaterThanOrEqualTo(guard.judge(parent).ratios().get(t));
      }
      assertThat(verdict.passed()).isTrue();
      Genome grown = child.mix(parent, _ -> 3);
      assertThat(guard.judge(grown).passed()).isTrue();
      assertThat(guard.judge(child.mix(parent, _ -> 30)).passed()).isFalse();
    }
  }

  /** The norm of base plus genome minus base, in float32. */
  private static double norm(SingularBasis basis, Genome genome, Checkpoint base, int tensor) {
    List<float[]> with = compose(basis, genome, base);
    List<float[]> without = compose(basis, Genome.uniform(genome.layout(), 0, 0), base);
    double sum = 0;
    for (int i = 0; i < with.get(tensor).length; i++) {
      sum += Math.pow((double) with.get(tensor)[i] - without.get(tensor)[i], 2);
    }
    return Math.sqrt(sum);
  }

  private static List<float[]> compose(SingularBasis basis, Genome genome, Checkpoint base) {
    return new LiveFloats(base).compose(basis, genome, 1).values();
  }

  private static INDArray vector(SingularBasis basis, int expert, int tensor) {
    return Nd4j.createFromArray(basis.taskVector(expert, tensor)).castTo(DataType.DOUBLE);
  }

  @Test
  void theGuardNamesTheWorstTensor() throws IOException {
    try (TinyModels models = TinyModels.random(folder);
        SingularBasis basis = SingularBasis.build(models.base(), models.experts())) {
      GenomeLayout layout = basis.layout();
      ExpertAnalysis analysis = analyse(models);
      NormGuard guard = NormGuard.of(basis, analysis, 1.25);
      NormGuard.Verdict verdict = guard.judge(Genome.uniform(layout, 1.5, 0.0));
      assertThat(verdict.passed()).isFalse();
      assertThat(verdict.ratio()).isGreaterThan(1.25);
      assertThat(
              verdict
                  .ratios()
                  .get(
                      layout.tensors().stream()
                          .map(t -> t.name())
                          .toList()
                          .indexOf(verdict.worst())))
          .isEqualTo(verdict.ratio());
      assertThat(guard.judge(Genome.uniform(layout, Double.NaN, 0)).passed()).isFalse();
      assertThatIllegalArgumentException()
          .isThrownBy(() -> NormGuard.of(basis, analysis, 0))
          .withMessage("limit: found 0.0, expected a positive number");
      ExpertAnalysis flat =
          new ExpertAnalysis(
              analysis.experts(),
              analysis.tensors().stream()
                  .map(t -> new TensorAnalysis(t.tensor(), t.products(), List.of()))
                  .toList());
      assertThatIllegalArgumentException()
          .isThrownBy(() -> NormGuard.of(basis, flat, 1))
          .withMessageContaining("found no singular values of " + EMBEDDING);
      assertThatIllegalArgumentException()
          .isThrownBy(() ->
              NormGuard.of(basis, new ExpertAnalysis(List.of("a", "c"), analysis.tensors()), 1))
          .withMessageContaining("analysis: found experts [a, c]");
      assertThatIllegalArgumentException()
          .isThrownBy(() -> ExpertAnalysis.of(models.base(), new LinkedHashMap<>(), true, _ -> {}))
          .withMessageContaining("found none");
    }
  }
}
