package org.cycleqd.spectral;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.cycleqd.random.Draws;
import org.cycleqd.tensor.DType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.eigen.Eigen;
import org.nd4j.linalg.factory.Nd4j;

/** Symmetric ranges, the printed formula, and crossover by components. */
class MutationRangeTest {

  private static final GenomeLayout LAYOUT =
      new GenomeLayout(
          List.of("coding", "maths"),
          List.of(
              new TensorSite("embed", 0, 5),
              new TensorSite("layers.0.norm", 1, 0),
              new TensorSite("head", 2, 4)));
  private static final Draws DRAWS = Draws.at(7, 3, "mutation", 0);

  @TempDir private Path folder;

  private static float[] shift(Genome genome, int expert, int tensor) {
    return genome.coefficients().get(expert).get(tensor).shift();
  }

  @Test
  void symmetricWeightsAreUniformAroundZero() {
    GenomeLayout wide =
        new GenomeLayout(List.of("coding"), List.of(new TensorSite("up", 0, 20_000)));
    float[] shift =
        shift(new ExpertBasisMutation(0.3, true).mutate(Genome.expert(wide, 0), 0, DRAWS), 0, 0);
    double[] weights = IntStream.range(0, shift.length).mapToDouble(i -> shift[i]).toArray();
    assertThat(IntStream.range(0, weights.length).mapToDouble(i -> weights[i]).min())
        .hasValueCloseTo(-0.3, within(0.001));
    assertThat(IntStream.range(0, weights.length).mapToDouble(i -> weights[i]).max())
        .hasValueCloseTo(0.3, within(0.001));
    assertThat(IntStream.range(0, weights.length).mapToDouble(i -> weights[i]).average())
        .hasValueCloseTo(0.0, within(0.004));
  }

  @Test
  void literalMultipliesEveryComponentOfTheExpertsThatAreThere() {
    Genome parent = new ExpertBasisMutation(0.3).mutate(Genome.expert(LAYOUT, 1), 1, DRAWS);
    Genome child = new LiteralMutation(0.3, false).mutate(parent, 0, DRAWS);
    assertThat(child.coefficients().getFirst()).isEqualTo(parent.coefficients().getFirst());
    assertThat(child.coefficients().get(1).get(1)).isEqualTo(parent.coefficients().get(1).get(1));
    Draws weights = DRAWS.child("literal").child("maths").child("head");
    for (int i = 0; i < 4; i++) {
      double coefficient = 1.0 + shift(parent, 1, 2)[i];
      assertThat(shift(child, 1, 2)[i]).isEqualTo((float) (0.3 * weights.uniform(i) * coefficient));
    }
    assertThat(child.coefficients().get(1).get(2).scale()).isZero();
  }

  /** Of a lone expert's task vector it makes U diag(s w) V^T, as ND4J multiplies it. */
  @Test
  void literalIsThePrintedFormulaForALoneExpert() throws IOException {
    try (TinyExperts models =
        TinyExperts.random(folder, TinyExperts.config(DType.F32, false, 12, 10))) {
      GenomeLayout layout = models.basis().layout();
      Genome child = new LiteralMutation(0.3, false).mutate(Genome.expert(layout, 0), 0, DRAWS);
      List<float[]> composed = models.compose(child);
      List<float[]> base = models.weights(models.base());
      float[] vector = models.basis().taskVector(0, 0);
      INDArray[] factors = svd(vector, 12, 8);
      Draws draws = DRAWS.child("literal").child("a").child(layout.tensors().getFirst().name());
      INDArray weights =
          Nd4j.create(IntStream.range(0, 8).mapToDouble(i -> 0.3 * draws.uniform(i)).toArray());
      double[] expected =
          factors[0]
              .mulRowVector(factors[1].mul(weights))
              .mmul(factors[2])
              .ravel()
              .toDoubleVector();
      for (int i = 0; i < expected.length; i++) {
        assertThat((double) composed.getFirst()[i] - base.getFirst()[i])
            .isCloseTo(expected[i], within(2e-6));
      }
      int norm = layout.tensors().stream().map(TensorSite::rank).toList().indexOf(0);
      assertThat(composed.get(norm))
          .containsExactly(models.weights(models.expert("a")).get(norm), within(1e-6f));
    }
  }

  /** U, S and V^T from the eigenvectors of the Gram matrix. */
  private static INDArray[] svd(float[] matrix, int rows, int columns) {
    INDArray x = Nd4j.create(matrix, rows, columns).castTo(DataType.DOUBLE);
    INDArray vectors = x.transpose().mmul(x);
    INDArray values = Eigen.symmetricGeneralizedEigenvalues(vectors, true);
    int[] order =
        IntStream.range(0, columns)
            .boxed()
            .sorted((i, j) -> Double.compare(values.getDouble(j), values.getDouble(i)))
            .mapToInt(Integer::intValue)
            .toArray();
    INDArray v = Nd4j.zeros(DataType.DOUBLE, columns, columns);
    INDArray s = Nd4j.zeros(DataType.DOUBLE, columns);
    for (int i = 0; i < columns; i++) {
      v.putColumn(i, vectors.getColumn(order[i]));
      s.putScalar(i, Math.sqrt(values.getDouble(order[i])));
    }
    return new INDArray[] {x.mmul(v).divRowVector(s), s, v.transpose()};
  }

  @Test
  void componentsAreMixedEachByItsShare() {
    Genome first = new ExpertBasisMutation(0.3).mutate(Genome.expert(LAYOUT, 0), 0, DRAWS);
    Genome second = Genome.uniform(LAYOUT, 0.25, 0.75);
    Genome child =
        ComponentCrossover.mix(
            first, second, (expert, _, component) -> 0.1 * component + 0.5 * expert);
    for (int i = 0; i < 5; i++) {
      double share = 0.1 * i;
      double expected = share * (1 + shift(first, 0, 0)[i]) + (1 - share) * 0.25;
      TensorCoefficients mixed = child.coefficients().getFirst().getFirst();
      assertThat(mixed.scale() + mixed.shift()[i]).isCloseTo((float) expected, within(1e-6f));
    }
    assertThat(child.coefficients().get(1).get(1).scale()).isEqualTo(0.375f);
    assertThat(ComponentCrossover.mix(second, second, (_, _, _) -> 0.3).digest())
        .isEqualTo(second.digest());
  }

  @Test
  void refusesWhatHasNoMeaning() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new LiteralMutation(Double.POSITIVE_INFINITY, true))
        .withMessage("literal mutation needs a positive maximum, got Infinity");
    GenomeLayout other = new GenomeLayout(List.of("a"), List.of(new TensorSite("b", 0, 1)));
    assertThatIllegalArgumentException()
        .isThrownBy(() ->
            ComponentCrossover.mix(
                Genome.expert(LAYOUT, 0), Genome.expert(other, 0), (_, _, _) -> 1))
        .withMessageContaining("different layouts");
  }
}
