package org.cycleqd.spectral.svf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.cycleqd.random.Draws;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class SvfRuleTest {

  private static final double[] VALUES = {7, 3.5, 3.5, 0.25, 0};

  private static double[] draws(String name, int length) {
    return IntStream.range(0, length).mapToDouble(i -> Draws.at(5, name).gaussian(i)).toArray();
  }

  @ParameterizedTest
  @EnumSource
  void theNeutralVectorChangesNothingAtAll(SvfRule rule) {
    double[] z = new double[5];
    Arrays.fill(z, rule.neutral());
    assertThat(rule.deviations(VALUES, z)).containsOnly(0);
  }

  @Test
  void anyUniformVectorIsNeutralForTheNuclearNorm() {
    double[] z = new double[5];
    Arrays.fill(z, -3.7);
    assertThat(SvfRule.NUCLEAR_NORM.deviations(VALUES, z)).containsOnly(0);
  }

  @Test
  void theSumOfSingularValuesIsKept() {
    double[] deviations = SvfRule.NUCLEAR_NORM.deviations(VALUES, draws("z", 5));
    double change = IntStream.range(0, 5).mapToDouble(i -> VALUES[i] * deviations[i]).sum();
    assertThat(change).isCloseTo(0, within(1e-14));
    assertThat(Arrays.stream(deviations)).allMatch(deviation -> deviation > -1);
  }

  /** Two singular values 3 and 1 with masks 1/2 and 1/4: c = 4 / 1.75. */
  @Test
  void theFactorsAreThoseOfTheFormula() {
    double[] z = {0, -Math.log(3)};
    double[] found = SvfRule.NUCLEAR_NORM.deviations(new double[] {3, 1}, z);
    assertThat(found).containsExactly(new double[] {8 / 7.0 - 1, 4 / 7.0 - 1}, within(1e-15));
    assertThat(SvfRule.PLAIN.deviations(new double[] {3, 1}, new double[] {2, -1}))
        .containsExactly(1, -2);
  }

  /** Differences this small vanish when factors near one are subtracted from one. */
  @Test
  void tinyScalesKeepTheirDigits() {
    double[] found =
        SvfRule.NUCLEAR_NORM.deviations(new double[] {1, 1}, new double[] {1e-12, -1e-12});
    assertThat(found[0]).isCloseTo(5e-13, within(1e-16));
    assertThat(found[1]).isEqualTo(-found[0]);
  }

  @ParameterizedTest
  @EnumSource
  void theGradientIsThatOfFiniteDifferences(SvfRule rule) {
    double[] z = draws("z", 5);
    double[] projected = draws("g", 5);
    double[] gradient = rule.gradient(VALUES, z, projected);
    for (int i = 0; i < 5; i++) {
      double[] up = z.clone();
      double[] down = z.clone();
      up[i] += 1e-5;
      down[i] -= 1e-5;
      double slope = (loss(rule, up, projected) - loss(rule, down, projected)) / 2e-5;
      assertThat(gradient[i]).isCloseTo(slope, within(1e-8));
    }
  }

  /** L = sum_i S_i f_i g_i. */
  private static double loss(SvfRule rule, double[] z, double[] projected) {
    double[] deviations = rule.deviations(VALUES, z);
    return IntStream.range(0, 5)
        .mapToDouble(i -> VALUES[i] * (1 + deviations[i]) * projected[i])
        .sum();
  }

  /** The delta form against U diag(f S) V^T - W as ND4J multiplies it. */
  @ParameterizedTest
  @EnumSource
  void theMatrixIsThatOfTheProductOfItsFactors(SvfRule rule) {
    double[] weights = draws("w", 15);
    double[] z = draws("z", 3);
    try (SvfDecomposer decomposer = new SvfDecomposer();
        NDManager manager = NDManager.newBaseManager("PyTorch")) {
      NDArray array = manager.create(weights).reshape(new Shape(3, 5));
      SvfMatrix matrix = decomposer.decompose(manager, array);
      double[] found = matrix.delta(manager, rule, z).toDoubleArray();
      INDArray left = Nd4j.create(matrix.left().toDoubleArray(), new long[] {3, 3});
      INDArray right = Nd4j.create(matrix.right().toDoubleArray(), new long[] {3, 5});
      double[] values = matrix.singularValues();
      double[] deviations = rule.deviations(values, z);
      double[] scaled =
          IntStream.range(0, 3).mapToDouble(i -> values[i] * (1 + deviations[i])).toArray();
      INDArray changed = left.mulRowVector(Nd4j.create(scaled)).mmul(right);
      INDArray expected = changed.sub(Nd4j.create(weights, new long[] {3, 5}));
      assertThat(found).containsExactly(expected.ravel().toDoubleVector(), within(1e-12));
    }
  }

  @ParameterizedTest
  @EnumSource
  void theGradientOfTokensIsThatOfTheirOuterProducts(SvfRule rule) {
    double[] z = draws("z", 3);
    try (SvfDecomposer decomposer = new SvfDecomposer();
        NDManager manager = NDManager.newBaseManager("PyTorch")) {
      NDArray array = manager.create(draws("w", 12)).reshape(new Shape(4, 3));
      SvfMatrix matrix = decomposer.decompose(manager, array);
      NDArray outputs = manager.create(draws("y", 28)).reshape(new Shape(7, 4));
      NDArray inputs = manager.create(draws("x", 21)).reshape(new Shape(7, 3));
      assertThat(matrix.gradient(rule, z, outputs, inputs))
          .containsExactly(
              matrix.gradient(rule, z, outputs.transpose().matMul(inputs)), within(1e-12));
      assertThatIllegalArgumentException()
          .isThrownBy(() -> matrix.gradient(rule, z, inputs, outputs))
          .withMessageContaining("outputs: found shape (7, 3), expected (7, 4)");
    }
  }

  @Test
  void aMatrixOfZerosStaysOne() {
    double[] zeros = new double[2];
    assertThat(SvfRule.NUCLEAR_NORM.deviations(zeros, new double[] {1, 2})).containsOnly(0);
    assertThat(SvfRule.NUCLEAR_NORM.gradient(zeros, new double[] {1, 2}, new double[] {1, 1}))
        .containsOnly(0);
  }

  @ParameterizedTest
  @EnumSource
  void theInverseHasTheFactorsUpToScale(SvfRule rule) {
    double[] factors = {1.2, 0.9, 1.1, 0.5, 1};
    double[] deviations = rule.deviations(VALUES, rule.inverse(factors));
    for (int i = 0; i < 5; i++) {
      assertThat((1 + deviations[i]) / (1 + deviations[0]))
          .isCloseTo(factors[i] / factors[0], within(1e-12));
    }
  }

  @Test
  void saysWhatDoesNotFit() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SvfRule.PLAIN.deviations(VALUES, new double[4]))
        .withMessage("z: found 4 numbers, expected 5");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SvfRule.PLAIN.gradient(VALUES, new double[5], new double[6]))
        .withMessage("projected gradient: found 6 numbers, expected 5");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SvfRule.NUCLEAR_NORM.deviations(new double[] {1}, new double[] {-1e9}))
        .withMessageContaining("sigmoids are all zero");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SvfRule.of("nuclear"))
        .withMessage("rule: found nuclear, expected one of nuclear-norm, plain");
  }
}
