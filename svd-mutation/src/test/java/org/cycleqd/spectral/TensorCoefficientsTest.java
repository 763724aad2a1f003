package org.cycleqd.spectral;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

class TensorCoefficientsTest {

  private static final TensorCoefficients PLAIN = TensorCoefficients.of(0.5);
  private static final TensorCoefficients SPECTRAL = new TensorCoefficients(2, new float[] {1, -3});

  @Test
  void oneNumberServesAllComponents() {
    assertThat(PLAIN.scale()).isEqualTo(0.5f);
    assertThat(PLAIN.shift()).isEmpty();
    assertThat(PLAIN.spectral()).isFalse();
    assertThat(SPECTRAL.spectral()).isTrue();
  }

  @Test
  void anEmptyShiftCountsAsZeros() {
    assertThat(PLAIN.combine(2, SPECTRAL, 10).scale()).isEqualTo(21);
    assertThat(PLAIN.combine(2, SPECTRAL, 10).shift()).containsExactly(10, -30);
    assertThat(SPECTRAL.combine(2, PLAIN, 10).shift()).containsExactly(2, -6);
    assertThat(SPECTRAL.combine(2, SPECTRAL, 10).shift()).containsExactly(12, -36);
    assertThat(PLAIN.combine(2, PLAIN, 10).shift()).isEmpty();
  }

  /** 1 + 2^-24 and -1 cancel to 2^-24 only if nothing is rounded between. */
  @Test
  void combinationsAreRoundedOnce() {
    TensorCoefficients ones = new TensorCoefficients(1, new float[] {1});
    TensorCoefficients combined = ones.combine(1 + 0x1p-24, ones, -1);
    assertThat(combined.scale()).isEqualTo(0x1p-24f);
    assertThat(combined.shift()).containsExactly(0x1p-24f);
  }

  @Test
  void addsToScaleOrComponents() {
    assertThat(SPECTRAL.plusScale(0.25).scale()).isEqualTo(2.25f);
    assertThat(SPECTRAL.plusScale(0.25).shift()).containsExactly(1, -3);
    assertThat(SPECTRAL.plusShift(new double[] {0.5, 1}).shift()).containsExactly(1.5f, -2);
    assertThat(PLAIN.plusShift(new double[] {0.5, 1}).shift()).containsExactly(0.5f, 1);
    assertThat(PLAIN.plusShift(new double[] {0.5, 1}).scale()).isEqualTo(0.5f);
    assertThat(SPECTRAL.shift()).containsExactly(1, -3);
  }

  @Test
  void refusesAnotherNumberOfComponents() {
    TensorCoefficients three = new TensorCoefficients(0, new float[3]);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SPECTRAL.combine(1, three, 1))
        .withMessage("found 3 components, expected 2");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SPECTRAL.plusShift(new double[1]))
        .withMessage("found 1 components, expected 2");
  }
}
