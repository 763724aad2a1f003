package org.cycleqd.merge.method;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.cycleqd.merge.SmallMerge;
import org.cycleqd.random.Draws;
import org.cycleqd.tensor.DType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Merging by singular vectors, against plain loops and by what defines the methods. */
class SpectralMergeTest {

  private static final double TOLERANCE = 2e-6;
  private static final double[] WEIGHTS = {1, 0.7, -0.4};
  private static final double LAMBDA = 1.3;

  private static float[] normal(String name, int count) {
    Draws draws = Draws.at(3, name);
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) draws.gaussian(i);
    }
    return values;
  }

  private static SmallMerge merge(String method, int rows, int columns, int models) {
    SmallMerge merge =
        SmallMerge.of(method).shape(rows, columns).base(normal("base", rows * columns));
    for (int k = 0; k < models; k++) {
      merge = merge.model(Map.of("weight", WEIGHTS[k]), normal("model" + k, rows * columns));
    }
    return merge.with("lambda", LAMBDA);
  }

  /** The task vector of a model times a factor. */
  private static double[][] delta(SmallMerge merge, int model, double factor) {
    return delta(merge, merge.models().get(model).values(), factor);
  }

  private static double[][] delta(SmallMerge merge, float[] values, double factor) {
    int columns = merge.shape().get(1).intValue();
    float[] base = merge.base().orElseThrow();
    double[][] delta = new double[values.length / columns][columns];
    for (int i = 0; i < values.length; i++) {
      delta[i / columns][i % columns] = factor * ((double) values[i] - base[i]);
    }
    return delta;
  }

  private static double[][] sum(SmallMerge merge) {
    double[][] sum = delta(merge, 0, 0);
    for (int k = 0; k < merge.models().size(); k++) {
      double[][] delta = delta(merge, k, WEIGHTS[k]);
      for (int i = 0; i < sum.length; i++) {
        for (int j = 0; j < sum[0].length; j++) {
          sum[i][j] += delta[i][j];
        }
      }
    }
    return sum;
  }

  private static double[] times(double[] values, double factor) {
    return Arrays.stream(values).map(value -> factor * value).toArray();
  }

  private static void assertChange(SmallMerge merge, double[][] change) throws IOException {
    double[][] found = delta(merge, merge.merge(), 1);
    for (int i = 0; i < change.length; i++) {
      assertThat(found[i]).as("row %d", i).containsExactly(change[i], within(TOLERANCE));
    }
  }

  /** Components with their vectors made orthogonal to each other. */
  private static double[][] composed(double[][] u, double[] s, double[][] v) {
    return new Jacobi(Jacobi.polar(u), s, Jacobi.polar(v)).product(s);
  }

  @ParameterizedTest
  @CsvSource({"6,4,2", "4,6,2", "5,5,2", "16,10,3", "9,31,3", "12,7,1", "3,1,1", "1,5,1"})
  void taskSingularVectorsAreThoseOfPlainLoops(int rows, int columns, int models)
      throws IOException {
    SmallMerge merge = merge("tsv", rows, columns, models);
    int k = Math.min(rows, columns) / models;
    double[][] u = {};
    double[][] v = {};
    double[] s = new double[k * models];
    for (int model = 0; model < models; model++) {
      Jacobi of = Jacobi.of(delta(merge, model, WEIGHTS[model]));
      u = Jacobi.join(u, of.u(), k);
      v = Jacobi.join(v, of.v(), k);
      System.arraycopy(of.s(), 0, s, model * k, k);
    }
    assertChange(merge, composed(u, times(s, LAMBDA), v));
  }

  @ParameterizedTest
  @CsvSource({"6,4,2", "4,6,2", "5,5,2", "16,10,3", "9,31,3", "12,7,1"})
  void isotropicMergesAreThoseOfPlainLoops(int rows, int columns, int models) throws IOException {
    SmallMerge merge = merge("iso_c", rows, columns, models);
    Jacobi of = Jacobi.of(sum(merge));
    double[] level = new double[of.s().length];
    Arrays.fill(level, LAMBDA * Arrays.stream(of.s()).average().orElseThrow());
    assertChange(merge, of.product(level));
  }

  @ParameterizedTest
  @CsvSource({"6,4,2,.5", "4,6,2,.4", "16,10,3,.8", "9,31,3,.3", "9,31,3,0", "12,7,2,1"})
  void specificSubspacesAreThoseOfPlainLoops(int rows, int columns, int models, double share)
      throws IOException {
    SmallMerge merge = merge("iso_cts", rows, columns, models).with("common_space_fraction", share);
    int r = Math.min(rows, columns);
    int specific = Math.min((int) Math.round((r - Math.floor(share * r)) / models), r / models);
    Jacobi common = Jacobi.of(sum(merge));
    int k = r - models * specific;
    double[][] u = Jacobi.join(new double[0][], common.u(), k);
    double[][] v = Jacobi.join(new double[0][], common.v(), k);
    double total = Arrays.stream(common.s()).limit(k).sum();
    for (int model = 0; model < models; model++) {
      double[][] own = delta(merge, model, WEIGHTS[model]);
      double[][] transposed = Jacobi.transpose(own);
      for (int component = 0; component < k; component++) {
        double[] direction = Jacobi.transpose(common.u())[component];
        for (int j = 0; j < columns; j++) {
          double along = Jacobi.dot(direction, transposed[j]);
          for (int i = 0; i < rows; i++) {
            own[i][j] -= along * direction[i];
          }
        }
      }
      Jacobi of = Jacobi.of(own);
      u = Jacobi.join(u, of.u(), specific);
      v = Jacobi.join(v, of.v(), specific);
      total += Arrays.stream(of.s()).limit(specific).sum();
    }
    double[] level = new double[r];
    Arrays.fill(level, LAMBDA * total / r);
    assertChange(merge, composed(u, level, v));
  }

  @ParameterizedTest
  @ValueSource(strings = {"iso_c", "iso_cts"})
  void allSingularValuesAreEqual(String method) throws IOException {
    SmallMerge merge = merge(method, 12, 20, 3);
    double[] values = Jacobi.of(delta(merge, merge.merge(), 1)).s();
    for (double value : values) {
      assertThat(value).isCloseTo(values[0], within(TOLERANCE));
    }
  }

  @Test
  void oneModelIsTakenOverWhole() throws IOException {
    SmallMerge merge = merge("tsv", 8, 11, 1).with("lambda", 1);
    assertChange(merge, delta(merge, 0, 1));
  }

  @Test
  void equalModelsGiveTheirTruncatedTaskVectorOnce() throws IOException {
    SmallMerge merge = merge("tsv", 8, 11, 1).with("lambda", 1);
    Jacobi of = Jacobi.of(delta(merge, 0, 1));
    SmallMerge twice = merge.models(List.of(merge.models().getFirst(), merge.models().getFirst()));
    assertChange(twice, of.product(Arrays.copyOf(of.s(), 4)));
  }

  @Test
  void modelsThatChangeNothingDoNotBendTheOthers() throws IOException {
    SmallMerge merge = merge("tsv", 8, 11, 1).with("lambda", 1);
    Jacobi of = Jacobi.of(delta(merge, 0, 1));
    SmallMerge withBase = merge.model(Map.of(), merge.base().orElseThrow());
    assertChange(withBase, of.product(Arrays.copyOf(of.s(), 4)));
    for (String method : List.of("tsv", "iso_c", "iso_cts")) {
      SmallMerge nothing = SmallMerge.of(method).shape(8, 11).base(merge.base().orElseThrow());
      nothing = nothing.model(Map.of(), merge.base().orElseThrow());
      nothing = nothing.model(Map.of("weight", 3), merge.base().orElseThrow());
      assertThat(nothing.merge()).as(method).isEqualTo(merge.base().orElseThrow());
    }
  }

  @Test
  void directionsWithoutChangeStayWithoutChange() throws IOException {
    float[] rankOne = new float[6 * 9];
    for (int i = 0; i < rankOne.length; i++) {
      rankOne[i] = (i / 9 + 1) * (i % 9 - 3);
    }
    SmallMerge merge =
        SmallMerge.of("iso_c").shape(6, 9).base(new float[54]).model(Map.of(), rankOne);
    assertChange(merge, delta(merge, 0, 1));
  }

  @ParameterizedTest
  @ValueSource(strings = {"tsv", "iso_c", "iso_cts"})
  void orderOfModelsAndThreadsDoNotCountAndLambdaIsAFactor(String method) throws IOException {
    SmallMerge merge = merge(method, 24, 18, 3);
    float[] merged = merge.merge(1, 1);
    assertThat(merge.merge(3, 50)).isEqualTo(merged);
    List<SmallMerge.Model> turned = new ArrayList<>(merge.models());
    turned.add(turned.removeFirst());
    assertThat(merge.models(turned).merge()).containsExactly(merged, within(1e-5f));
    double[][] change = delta(merge, merged, -0.5 / LAMBDA);
    assertChange(merge.with("lambda", -0.5), change);
    assertThat(merge.with("lambda", 0).merge()).isEqualTo(merge.base().orElseThrow());
  }

  @ParameterizedTest
  @CsvSource({"model.norm.weight,1", "model.embed_tokens.weight,2", "lm_head.weight,2", "x,3"})
  void whatIsNoMatrixOrGoesByTokenIsAveraged(String name, int dimensions) throws IOException {
    for (String method : List.of("tsv", "iso_c", "iso_cts")) {
      SmallMerge merge = merge(method, 4, 6, 3).named(name);
      SmallMerge shaped =
          dimensions == 1 ? merge.shape(24) : dimensions == 2 ? merge : merge.shape(2, 2, 6);
      double[][] mean = sum(merge);
      double[][] found = delta(merge, shaped.merge(), 1);
      for (int i = 0; i < mean.length; i++) {
        assertThat(found[i]).containsExactly(times(mean[i], LAMBDA / 3), within(TOLERANCE));
      }
      assertThat(merge.mergeMethod().workingBytes(shaped.task(), 4)).isZero();
    }
  }

  @Test
  void largeMatricesGoThroughFloat32() throws IOException {
    int n = 1030;
    SmallMerge merge =
        SmallMerge.of("iso_c")
            .shape(n, n)
            .types(DType.BF16, DType.F32)
            .base(new float[n * n])
            .model(Map.of(), normal("large", n * n));
    double[][] change = delta(merge, merge.merge(), 1);
    double square = Jacobi.dot(change[0], change[0]);
    // The mean singular value of a square Gaussian matrix is 8 sqrt(n) / (3 pi).
    assertThat(Math.sqrt(square)).isCloseTo(8 * Math.sqrt(n) / (3 * Math.PI), within(0.2));
    for (int row = 1; row < n; row += 97) {
      assertThat(Jacobi.dot(change[row], change[row])).isCloseTo(square, within(1e-4 * square));
      assertThat(Jacobi.dot(change[row], change[0])).isCloseTo(0, within(1e-4 * square));
    }
    assertThat(merge.mergeMethod().workingBytes(merge.task(), 1)).isBetween(40L << 20, 200L << 20);
  }

  @Test
  void moreModelsThanSingularValuesAreRefused() {
    assertThatThrownBy(() -> merge("tsv", 2, 9, 3).merge())
        .isInstanceOf(MergeException.class)
        .hasMessage(
            "tensor model.layers.0.mlp.up_proj.weight: found 3 models for shape [2, 9],"
                + " expected at most 2 for tsv");
  }

  @ParameterizedTest
  @ValueSource(strings = {"tsv", "iso_c", "iso_cts"})
  void elementsThatAreNotFiniteAreNamed(String method) {
    for (DType dtype : List.of(DType.F32, DType.BF16)) {
      SmallMerge merge = merge(method, 5, 7, 1).types(dtype, dtype);
      float[] values = normal("model1", 35);
      values[16] = Float.NaN;
      assertThatThrownBy(() -> merge.model(Map.of(), values).merge())
          .isInstanceOf(MergeException.class)
          .hasMessage(
              "b: tensor model.layers.0.mlp.up_proj.weight: element [2, 2]: found NaN,"
                  + " expected a finite number");
    }
  }
}
