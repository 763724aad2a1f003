package org.cycleqd.spectral.svf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.cycleqd.tensor.SafetensorsFile;
import org.cycleqd.tensor.TensorView;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Transform and gradient against LAPACK and autograd in double precision. */
class SvfGoldenTest {

  private static final Path GOLDEN =
      Path.of(System.getProperty("cycleqd.root", ".")).resolve("../shared/golden/svd");

  @ParameterizedTest
  @CsvSource({
    "wide, FLOAT64, 1e-12, 1e-11, 1e-10",
    "tall, FLOAT64, 1e-12, 1e-11, 1e-10",
    "square_lowrank, FLOAT64, 1e-12, 1e-11, 1e-10",
    "wide, FLOAT32, 2e-6, 5e-6, 1e-4",
    "tall, FLOAT32, 2e-6, 5e-6, 1e-4",
    "square_lowrank, FLOAT32, 2e-6, 5e-6, 1e-3"
  })
  void agreesWithTheReference(
      String name, DataType type, double ofValues, double ofMatrices, double ofGradients)
      throws IOException {
    assumeTrue(Files.isDirectory(GOLDEN), "the reference values are not beside the project");
    try (SafetensorsFile file = SafetensorsFile.open(GOLDEN.resolve(name + ".safetensors"));
        SvfDecomposer decomposer = new SvfDecomposer();
        NDManager manager = NDManager.newBaseManager("PyTorch")) {
      NDArray matrix = array(manager, file, "W", type);
      double[] weights = doubles(file, "W");
      SvfMatrix factors = decomposer.decompose(manager, matrix);
      double[] values = doubles(file, "S");
      double scale = type == DataType.FLOAT64 ? 1 : values[0];
      assertThat(factors.singularValues()).containsExactly(values, within(ofValues * values[0]));
      for (int c = 0; c < 3; c++) {
        double[] z = doubles(file, "z" + c);
        double[] delta = floats(factors.delta(manager, SvfRule.NUCLEAR_NORM, z));
        double[] expected =
            c == 1 ? doubles(file, "svf_delta_z1") : minus(doubles(file, "svf_z" + c), weights);
        assertThat(delta).containsExactly(expected, within(ofMatrices * scale));
        double[] gradient =
            factors.gradient(SvfRule.NUCLEAR_NORM, z, array(manager, file, "G", type));
        double[] wanted = doubles(file, "dLdz_z" + c);
        assertThat(norm(minus(gradient, wanted))).isLessThan(ofGradients * norm(wanted));
      }
      for (int c = 0; c < 4; c++) {
        double[] composed = doubles(file, c == 0 ? "W" : "composed_c" + c);
        double[] delta = floats(factors.delta(manager, SvfRule.PLAIN, doubles(file, "c" + c)));
        assertThat(delta).containsExactly(minus(composed, weights), within(ofMatrices * scale));
      }
    }
  }

  private static NDArray array(
      NDManager manager, SafetensorsFile file, String name, DataType type) {
    long[] shape = view(file, name).spec().shape().stream().mapToLong(Long::longValue).toArray();
    return manager.create(doubles(file, name)).toType(type, false).reshape(new Shape(shape));
  }

  private static TensorView view(SafetensorsFile file, String name) {
    return Objects.requireNonNull(file.tensors().get(name), name);
  }

  private static double[] doubles(SafetensorsFile file, String name) {
    double[] values = new double[(int) view(file, name).spec().elements()];
    view(file, name)
        .data()
        .asByteBuffer()
        .order(ByteOrder.LITTLE_ENDIAN)
        .asDoubleBuffer()
        .get(values);
    return values;
  }

  private static double[] floats(NDArray array) {
    return array.toType(DataType.FLOAT64, false).toDoubleArray();
  }

  private static double[] minus(double[] a, double[] b) {
    double[] difference = new double[a.length];
    for (int i = 0; i < a.length; i++) {
      difference[i] = a[i] - b[i];
    }
    return difference;
  }

  private static double norm(double[] a) {
    double sum = 0;
    for (double value : a) {
      sum += value * value;
    }
    return Math.sqrt(sum);
  }
}
