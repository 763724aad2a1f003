package org.cycleqd.merge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.util.Map;
import java.util.stream.IntStream;
import org.cycleqd.merge.method.MergeException;
import org.cycleqd.random.Draws;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Results that can be worked out by hand, and how many elements a method keeps. */
class GoldenVectorsTest {

  private static final float TOLERANCE = 1e-6f;
  private static final float[] A = {4, -1, .5f, -3};
  private static final float[] B = {-2, -2, .25f, 1};

  private static void assertMerged(SmallMerge merge, float... expected) throws IOException {
    assertThat(merge.merge()).containsExactly(expected, within(TOLERANCE));
  }

  private static Map<String, Object> weight(double weight) {
    return Map.of("weight", weight);
  }

  private static float[] normal(int count) {
    Draws draws = Draws.at(11, "normal");
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) draws.gaussian(i);
    }
    return values;
  }

  private static long countNonZero(float[] values) {
    return IntStream.range(0, values.length).filter(i -> values[i] != 0).count();
  }

  /** Elects on weighted values; divides by the agreeing weight, or by nothing, or as PEFT does. */
  @ParameterizedTest
  @CsvSource({
    "1, 1, weighted, true, 4, -2, 0, -3",
    "1, 1, weighted, false, 4, -2, 0, -3",
    "1, 1, peft, true, 4, -2, 0, -3",
    ".6, .4, weighted, true, 4, -2, 0, -3",
    ".6, .4, weighted, false, 2.4, -.8, 0, -1.8",
    ".6, .4, peft, true, 2.4, -.8, 0, -1.8",
    ".2, .8, weighted, true, -2, -2, 0, -3",
    ".2, .8, weighted, false, -1.6, -1.6, 0, -.6",
    ".2, .8, peft, false, .8, -1.6, 0, -.6"
  })
  void ties(double a, double b, String rule, boolean normalize, float w, float x, float y, float z)
      throws IOException {
    SmallMerge merge =
        SmallMerge.of("ties")
            .base(new float[4])
            .model(Map.of("weight", a, "density", .5), A)
            .model(Map.of("weight", b, "density", .5), B)
            .with("rule", rule)
            .with("normalize", normalize);
    assertMerged(merge, w, x, y, z);
    assertMerged(merge.base(1, 1, 1, 1).with("lambda", 0), 1, 1, 1, 1);
  }

  @Test
  void spheres() throws IOException {
    SmallMerge slerp = SmallMerge.of("slerp").base(1, 0).model(Map.of(), 0, 2);
    assertMerged(slerp.with("t", .5), .707107f, 1.414214f);
    assertMerged(slerp.with("t", .25), .923880f, .765367f);
    SmallMerge multislerp = SmallMerge.of("multislerp");
    assertMerged(multislerp.model(weight(1), 1, 0).model(weight(1), 0, 2), 1.060660f, 1.060660f);
    assertMerged(multislerp.model(weight(.25), 1, 0).model(weight(.75), 0, 2), .553399f, 1.660196f);
    SmallMerge karcher = SmallMerge.of("karcher");
    assertMerged(karcher.model(Map.of(), 1, 0).model(Map.of(), 0, 2), 1.060660f, 1.060660f);
    assertMerged(
        karcher.model(Map.of(), 1, 0, 0).model(Map.of(), 0, 1, 0).model(Map.of(), 0, 0, 3),
        .962250f,
        .962250f,
        .962250f);
  }

  @Test
  void stockConsensusAndRest() throws IOException {
    assertMerged(
        SmallMerge.of("model_stock").base(0, 0).model(Map.of(), 1, 0).model(Map.of(), 1, 1),
        .828427f,
        .414214f);
    assertMerged(
        SmallMerge.of("sce").base(0, 0).model(Map.of(), 3, 1).model(Map.of(), 1, -1), 2.666667f, 1);
    assertMerged(
        SmallMerge.of("ram").base(0, 0, 0).model(Map.of(), 1, 2, 0).model(Map.of(), 0, 4, 0),
        1,
        3,
        0);
    assertMerged(
        SmallMerge.of("ramplus_tl")
            .base(0, 0, 0)
            .model(Map.of(), 1, 2, 0)
            .model(Map.of(), 0, 4, 0)
            .with("r", .1)
            .with("alpha", .2),
        1.02f,
        3,
        0);
    assertMerged(
        SmallMerge.of("nearswap").base(1, 1).model(Map.of(), 1.5f, 1.05f).with("t", .1),
        1.1f,
        1.05f);
    assertMerged(SmallMerge.of("linear").model(weight(.1), 3, -7).model(weight(1), 3, -7), 3, -7);
  }

  @Test
  void breadcrumbsDropBothEnds() throws IOException {
    assertMerged(
        SmallMerge.of("breadcrumbs")
            .base(new float[10])
            .model(
                Map.of("weight", 1, "density", .5, "gamma", .2),
                1,
                -2,
                3,
                -4,
                5,
                -6,
                7,
                -8,
                9,
                -10),
        0,
        0,
        0,
        -4,
        5,
        -6,
        7,
        -8,
        0,
        0);
  }

  /** Nothing is dropped at the top if it rounds to nothing; the peer then keeps nothing at all. */
  @Test
  void breadcrumbsWithoutOutliersKeepTheLargest() throws IOException {
    SmallMerge merge =
        SmallMerge.of("breadcrumbs")
            .base(new float[10])
            .model(
                Map.of("weight", 1, "density", .5, "gamma", .09),
                1,
                -2,
                3,
                -4,
                5,
                -6,
                7,
                -8,
                9,
                -10);
    assertMerged(merge, 0, 0, 0, 0, 0, -6, 7, -8, 9, -10);
    assertMerged(merge.likeMergekit(), new float[10]);
  }

  @Test
  void dellaKeepsByRank() throws IOException {
    int rows = 20_000;
    float[] values = new float[5 * rows];
    for (int i = 0; i < values.length; i++) {
      values[i] = (i % 2 == 0 ? 1 : -1) * new float[] {3, 5, 1, 4, 2}[i % 5];
    }
    float[] left =
        SmallMerge.of("della_linear")
            .shape(rows, 5)
            .base(new float[values.length])
            .model(Map.of("weight", 1, "density", .5, "epsilon", .1), values)
            .with("rescale", "none")
            .merge();
    for (int rank = 0; rank < 5; rank++) {
      int magnitude = rank + 1;
      double p = .4 + .05 * rank;
      long kept =
          IntStream.range(0, left.length).filter(i -> Math.abs(left[i]) == magnitude).count();
      assertThat((double) kept / rows).isCloseTo(p, within(5 * Math.sqrt(p * (1 - p) / rows)));
    }
  }

  @ParameterizedTest
  @CsvSource({".5, .5", ".5, .6", ".1, .15", ".9, .1", ".95, .2"})
  void dellaNeedsProbabilitiesBetweenNoneAndOne(double density, double epsilon) {
    for (String method : new String[] {"della", "della_linear"}) {
      assertThatThrownBy(
              SmallMerge.of(method)
                      .base(0, 0)
                      .model(Map.of("weight", 1, "density", density, "epsilon", epsilon), 1, 2)
                  ::merge)
          .isInstanceOf(MergeException.class)
          .hasMessageContaining(
              "of a: found density %s and epsilon %s, expected density - epsilon above 0"
                  .formatted(density, epsilon));
    }
  }

  @Test
  void halfOfTheMagnitudesIsHalf() throws IOException {
    SmallMerge merge =
        SmallMerge.of("ties")
            .base(new float[8192])
            .model(Map.of("weight", 1, "density", .5), normal(8192));
    assertThat(countNonZero(merge.merge())).isEqualTo(4096);
  }

  @ParameterizedTest
  @ValueSource(doubles = {.1, .3, .5, .6, .9, 1})
  void bandsKeepTheirDensity(double density) throws IOException {
    int n = 4000;
    for (double part : new double[] {.1, .2, .5, 1}) {
      Map<String, Object> parameters =
          Map.of("weight", 1, "density", density, "gamma", part * (1 - density));
      SmallMerge merge =
          SmallMerge.of("breadcrumbs").base(new float[n]).model(parameters, normal(n));
      assertThat(countNonZero(merge.merge())).as("gamma %s", part).isEqualTo((int) (n * density));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ties",
        "dare_linear",
        "dare_ties",
        "breadcrumbs",
        "breadcrumbs_ties",
        "della",
        "della_linear"
      })
  void fullDensityChangesNothing(String method) throws IOException {
    SmallMerge merge = SmallMerge.of(method).base(new float[900]).model(weight(1), normal(900));
    for (String rescale : new String[] {"l1", "inv_density", "none"}) {
      assertThat(merge.with("rescale", rescale).merge()).isEqualTo(normal(900));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"ties", "dare_linear", "dare_ties", "breadcrumbs", "breadcrumbs_ties", "della"})
  void rescalingRestoresTheSumOfMagnitudes(String method) throws IOException {
    SmallMerge merge =
        SmallMerge.of(method)
            .base(new float[900])
            .model(Map.of("weight", 1, "density", .4), normal(900));
    double wanted = magnitude(normal(900));
    assertThat(magnitude(merge.with("rescale", "l1").merge()))
        .isCloseTo(wanted, within(1e-5 * wanted));
    float[] divided = merge.with("rescale", "inv_density").merge();
    float[] plain = merge.with("rescale", "none").merge();
    for (int i = 0; i < plain.length; i++) {
      assertThat(divided[i]).isCloseTo(2.5f * plain[i], within(1e-6f));
    }
  }

  private static double magnitude(float[] values) {
    return IntStream.range(0, values.length).mapToDouble(i -> Math.abs(values[i])).sum();
  }

  @Test
  void weightsThatCancelOutAreRefused() throws IOException {
    SmallMerge merge = SmallMerge.of("linear").model(weight(.5), 1, 2).model(weight(-.5), 3, 5);
    assertThatThrownBy(merge::merge)
        .isInstanceOf(MergeException.class)
        .hasMessage(
            "tensor model.layers.0.mlp.up_proj.weight: weight: found a sum of 0.0, expected one"
                + " that can be divided by; set normalize: false");
    assertMerged(merge.with("normalize", false), -1, -1.5f);
  }
}
