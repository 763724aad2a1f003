package org.cycleqd.merge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.cycleqd.merge.method.MergeException;
import org.cycleqd.merge.method.MergeMethods;
import org.cycleqd.merge.method.Parameter;
import org.cycleqd.merge.method.Signature;
import org.cycleqd.merge.method.Signature.Base;
import org.cycleqd.random.Draws;
import org.cycleqd.tensor.DType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is not finite is refused with a name, wherever it is and whatever a method makes of it. */
class RefusalTest {

  private static final int ROWS = 6;
  private static final int COLUMNS = 50;
  private static final int BAD = 2 * COLUMNS + 23;
  private static final String TENSOR = "tensor model.layers.0.mlp.up_proj.weight: ";

  static Stream<String> methods() {
    return MergeMethods.all().keySet().stream();
  }

  private static Signature signature(String method) {
    return Objects.requireNonNull(MergeMethods.all().get(method)).signature();
  }

  private static float[] normal(int model, int count) {
    Draws draws = Draws.at(model, "refusal");
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) draws.gaussian(i);
    }
    return values;
  }

  /** A merge with one bad element in the base (0) or in a model. */
  private static SmallMerge merge(String method, int where, float value) {
    Signature signature = signature(method);
    Map<String, Object> common = Map.of("weight", 0.5, "density", 0.5);
    Map<String, Object> parameters =
        Parameter.names(signature.perModel()).stream()
            .filter(common::containsKey)
            .collect(
                Collectors.toMap(name -> name, name -> Objects.requireNonNull(common.get(name))));
    SmallMerge merge = SmallMerge.of(method).shape(ROWS, COLUMNS);
    for (int k = 0; k <= Math.min(2, signature.maximum()); k++) {
      float[] values = normal(k, ROWS * COLUMNS);
      if (k == where) {
        values[BAD] = value;
      }
      if (k > 0) {
        merge = merge.model(parameters, values);
      } else if (signature.base() == Base.REQUIRED) {
        merge = merge.base(values);
      }
    }
    return Parameter.names(signature.perTensor()).contains("t") ? merge.with("t", 0.4) : merge;
  }

  @ParameterizedTest
  @MethodSource("methods")
  void namesModelTensorAndElement(String method) {
    int first = signature(method).base() == Base.REQUIRED ? 0 : 1;
    for (int where = first; where <= Math.min(2, signature(method).maximum()); where++) {
      for (float value : new float[] {Float.NaN, Float.POSITIVE_INFINITY}) {
        SmallMerge merge = merge(method, where, value);
        String message =
            "%s: %selement [2, 23]: found %s, expected a finite number"
                .formatted(List.of("the base", "a", "b").get(where), TENSOR, value);
        for (DType dtype : List.of(DType.F32, DType.BF16)) {
          SmallMerge typed = merge.types(DType.BF16, dtype);
          assertThatThrownBy(() -> typed.merge(2, 100))
              .as("to %s", dtype)
              .isInstanceOf(MergeException.class)
              .hasMessage(message);
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"none", "inv_density", "l1"})
  void droppingDoesNotHide(String rescale) {
    for (String method : List.of("dare_linear", "dare_ties", "della", "della_linear")) {
      for (DType out : List.of(DType.F32, DType.BF16)) {
        SmallMerge merge =
            merge(method, 1, Float.NaN).types(DType.BF16, out).with("rescale", rescale);
        for (int seed = 0; seed < 4; seed++) {
          SmallMerge seeded = merge.seed(seed);
          assertThatThrownBy(seeded::merge)
              .hasMessageStartingWith("a: " + TENSOR + "element [2, 23]");
        }
      }
    }
  }

  @Test
  void finiteInputsOfAllMethodsAreMerged() {
    methods()
        .forEach(method ->
            assertThatCode(() -> merge(method, -1, 0).merge())
                .as(method)
                .doesNotThrowAnyException());
  }

  /**
   * The rounding to the output's type decides: half an ulp beyond the largest number is too much.
   */
  @ParameterizedTest
  @CsvSource({
    "F16, 65519.996, true",
    "F16, 65520, false",
    "F16, -65520, false",
    "BF16, 3.396177e38, true",
    "BF16, 3.3961775e38, false",
    "BF16, -3.4e38, false",
    "F32, 3.4028235e38, true"
  })
  void overflowOfTheOutputIsRefused(DType out, float value, boolean fits) throws IOException {
    float[] values = new float[40];
    values[33] = value;
    SmallMerge merge =
        SmallMerge.of("linear")
            .shape(4, 10)
            .types(DType.F32, out)
            .model(Map.of("weight", 1), values);
    if (fits) {
      assertThat(Float.isFinite(merge.merge()[33])).isTrue();
    } else {
      assertThatThrownBy(merge::merge)
          .isInstanceOf(MergeException.class)
          .hasMessage(
              TENSOR
                  + "element [3, 3]: found a merged value of %s, expected one within %s"
                      .formatted(value, out));
    }
  }

  @Test
  void overflowOfTheFusedSumIsRefused() throws IOException {
    float[] values = new float[70];
    for (int at : new int[] {3, 69}) {
      Arrays.fill(values, 1);
      values[at] = 3e38f;
      for (DType out : List.of(DType.BF16, DType.F32)) {
        SmallMerge merge =
            SmallMerge.of("linear")
                .types(DType.BF16, out)
                .model(Map.of("weight", 1), values)
                .model(Map.of("weight", 0.5), values)
                .with("normalize", false);
        assertThatThrownBy(merge::merge)
            .hasMessage(
                TENSOR
                    + "element [0, %d]: found a merged value of Infinity, expected one within %s"
                        .formatted(at, out));
        assertThat(merge.with("normalize", true).merge()[at]).isGreaterThan(2.9e38f);
      }
    }
  }

  /** Tiles that wait for those before them do not speak for the one that failed. */
  @Test
  void theFailureItselfIsReportedWhereTilesWaitForEachOther() {
    float[] values = new float[64 * 64];
    Arrays.fill(values, 1);
    for (int bad = 0; bad < 64; bad++) {
      float[] spoilt = values.clone();
      spoilt[bad * 64] = Float.NaN;
      SmallMerge merge =
          SmallMerge.of("ties")
              .shape(64, 64)
              .base(new float[64 * 64])
              .model(Map.of("weight", 1, "density", 0.5), spoilt);
      assertThatThrownBy(() -> merge.merge(3, 64)).hasMessageStartingWith("a: " + TENSOR);
    }
  }
}
