package org.cycleqd.merge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.cycleqd.merge.method.MergeMethods;
import org.cycleqd.merge.method.Parameter;
import org.cycleqd.merge.method.Signature;
import org.cycleqd.merge.method.Signature.Base;
import org.cycleqd.random.Draws;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How a merge must change, or not, when its inputs are changed. */
class MetamorphicTest {

  private static final int ROWS = 30;
  private static final int COLUMNS = 20;
  private static final int SIZE = ROWS * COLUMNS;
  private static final float TOLERANCE = 2e-6f;

  private static Signature signature(String method) {
    return Objects.requireNonNull(MergeMethods.all().get(method)).signature();
  }

  static Stream<String> onABase() {
    return MergeMethods.all().keySet().stream()
        .filter(method -> signature(method).base() == Base.REQUIRED);
  }

  static Stream<String> withoutOrder() {
    return MergeMethods.all().keySet().stream().filter(method -> signature(method).maximum() > 2);
  }

  private static float[] normal(String name) {
    Draws draws = Draws.at(17, name);
    float[] values = new float[SIZE];
    for (int i = 0; i < SIZE; i++) {
      values[i] = (float) draws.gaussian(i);
    }
    return values;
  }

  private static float[] times(float[] values, float factor) {
    float[] scaled = values.clone();
    for (int i = 0; i < scaled.length; i++) {
      scaled[i] *= factor;
    }
    return scaled;
  }

  /** Without models. */
  private static SmallMerge start(String method) {
    SmallMerge merge = SmallMerge.of(method).shape(ROWS, COLUMNS);
    if (signature(method).base() == Base.REQUIRED) {
      merge = merge.base(normal("base"));
    }
    return Parameter.names(signature(method).perTensor()).contains("t")
        ? merge.with("t", 0.3)
        : merge;
  }

  private static Map<String, Object> parameters(String method, double weight, double density) {
    Map<String, Object> given = Map.of("weight", weight, "density", density, "epsilon", 0.1);
    return Parameter.names(signature(method).perModel()).stream()
        .filter(given::containsKey)
        .collect(Collectors.toMap(name -> name, name -> Objects.requireNonNull(given.get(name))));
  }

  private static SmallMerge three(String method, double density) {
    return start(method)
        .model(parameters(method, 0.5, density), normal("a"))
        .model(parameters(method, 0.3, density), normal("b"))
        .model(parameters(method, 0.4, density), normal("c"));
  }

  private static float[] change(SmallMerge merge) throws IOException {
    float[] change = merge.merge();
    float[] base = merge.base().orElseThrow();
    for (int i = 0; i < SIZE; i++) {
      change[i] -= base[i];
    }
    return change;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "linear",
        "slerp",
        "nuslerp",
        "multislerp",
        "karcher",
        "model_stock",
        "nearswap",
        "ram",
        "sce",
        "task_arithmetic",
        "ties",
        "dare_linear",
        "dare_ties",
        "breadcrumbs",
        "breadcrumbs_ties",
        "della",
        "della_linear",
        "arcee_fusion"
      })
  void equalModelsAreTheResult(String method) throws IOException {
    boolean hasBase = signature(method).base() == Base.REQUIRED;
    boolean pair = hasBase && signature(method).maximum() == 1;
    SmallMerge merge = start(method).model(parameters(method, 0.3, 1), normal("a"));
    merge = pair ? merge.base(normal("a")) : merge.model(parameters(method, 0.9, 1), normal("a"));
    if (Parameter.names(signature(method).perTensor()).contains("normalize")) {
      merge = merge.with("normalize", true);
    }
    assertThat(merge.merge()).containsExactly(normal("a"), within(TOLERANCE));
  }

  @ParameterizedTest
  @MethodSource("onABase")
  void modelsThatAreTheBaseChangeNothing(String method) throws IOException {
    for (double density : new double[] {0.5, 1}) {
      SmallMerge merge = start(method);
      for (int k = 0; k < Math.min(3, signature(method).maximum()); k++) {
        merge = merge.model(parameters(method, k + 0.5, density), normal("base"));
      }
      assertThat(merge.merge()).containsExactly(normal("base"), within(TOLERANCE));
    }
  }

  @ParameterizedTest
  @MethodSource("withoutOrder")
  void theOrderOfModelsDoesNotCount(String method) throws IOException {
    SmallMerge merge = three(method, 0.6);
    List<SmallMerge.Model> turned = new ArrayList<>(merge.models());
    turned.add(turned.removeFirst());
    assertThat(merge.models(turned).merge()).containsExactly(merge.merge(), within(1e-5f));
    assertThat(merge.models(turned.reversed()).merge())
        .containsExactly(merge.merge(), within(1e-5f));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "task_arithmetic",
        "ties",
        "dare_linear",
        "dare_ties",
        "breadcrumbs",
        "breadcrumbs_ties",
        "della",
        "della_linear",
        "tsv",
        "iso_c",
        "iso_cts"
      })
  void lambdaIsAFactorOfTheChange(String method) throws IOException {
    SmallMerge merge = three(method, 0.6);
    float[] change = change(merge);
    for (float lambda : new float[] {-1.5f, 0, 0.25f}) {
      assertThat(change(merge.with("lambda", lambda)))
          .containsExactly(times(change, lambda), within(TOLERANCE));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"task_arithmetic", "dare_linear", "breadcrumbs", "della_linear"})
  void theChangeIsLinearInTheWeights(String method) throws IOException {
    SmallMerge merge = three(method, 0.6);
    float[] sum = new float[SIZE];
    for (SmallMerge.Model model : merge.models()) {
      float[] part = change(merge.models(List.of(model)));
      for (int i = 0; i < SIZE; i++) {
        sum[i] += part[i];
      }
    }
    assertThat(change(merge)).containsExactly(sum, within(TOLERANCE));
    List<SmallMerge.Model> heavier =
        merge.models().stream()
            .map(model -> {
              double weight = (Double) Objects.requireNonNull(model.parameters().get("weight"));
              return new SmallMerge.Model(
                  model.name(), parameters(method, -3 * weight, 0.6), model.values());
            })
            .toList();
    assertThat(change(merge.models(heavier))).containsExactly(times(sum, -3), within(5e-6f));
  }

  @Test
  void interpolationEndsAtItsEnds() throws IOException {
    SmallMerge slerp = start("slerp").model(Map.of(), normal("a"));
    assertThat(slerp.with("t", 0).merge()).containsExactly(normal("base"), within(TOLERANCE));
    assertThat(slerp.with("t", 1).merge()).containsExactly(normal("a"), within(TOLERANCE));
    for (boolean flat : new boolean[] {true, false}) {
      for (boolean columns : new boolean[] {true, false}) {
        SmallMerge nuslerp =
            start("nuslerp").with("nuslerp_flatten", flat).with("nuslerp_row_wise", columns);
        SmallMerge first =
            nuslerp.model(Map.of("weight", 2), normal("a")).model(Map.of("weight", 0), normal("b"));
        assertThat(first.merge()).containsExactly(normal("a"), within(TOLERANCE));
        SmallMerge second =
            nuslerp.model(Map.of("weight", 0), normal("a")).model(Map.of("weight", 2), normal("b"));
        assertThat(second.base(normal("c")).merge())
            .containsExactly(normal("b"), within(TOLERANCE));
      }
    }
    SmallMerge swapped = start("slerp").base(normal("a")).model(Map.of(), normal("base"));
    assertThat(swapped.with("t", 0.75).merge())
        .containsExactly(slerp.with("t", 0.25).merge(), within(TOLERANCE));
  }

  /** Sizes do not matter to what is made of angles and shares; a power of two is exact. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "linear",
        "slerp",
        "nuslerp",
        "multislerp",
        "karcher",
        "model_stock",
        "sce",
        "ties",
        "task_arithmetic",
        "dare_linear",
        "della",
        "tsv",
        "iso_c",
        "iso_cts"
      })
  void theScaleOfAllModelsIsAFactor(String method) throws IOException {
    SmallMerge merge = start(method);
    SmallMerge scaled = start(method);
    if (merge.base().isPresent()) {
      scaled = scaled.base(times(normal("base"), 0.25f));
    }
    for (int k = 0; k < Math.min(2, signature(method).maximum()); k++) {
      Map<String, Object> parameters = parameters(method, 0.4 + k, 0.6);
      merge = merge.model(parameters, normal("model" + k));
      scaled = scaled.model(parameters, times(normal("model" + k), 0.25f));
    }
    assertThat(scaled.merge()).containsExactly(times(merge.merge(), 0.25f), within(TOLERANCE));
  }
}
