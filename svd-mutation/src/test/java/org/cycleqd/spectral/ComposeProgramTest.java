package org.cycleqd.spectral;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.cycleqd.tensor.SafetensorsFile;
import org.cycleqd.torch.TorchProgram;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Singular values and recompositions of LAPACK in double precision. */
class ComposeProgramTest {

  private static final Path GOLDEN =
      Path.of(System.getProperty("cycleqd.root", ".")).resolve("../shared/golden/svd");

  @ParameterizedTest
  @ValueSource(strings = {"wide", "tall", "square_lowrank"})
  void agreesWithTheReference(String name) throws IOException {
    assumeTrue(Files.isDirectory(GOLDEN), "the reference values are not beside the project");
    try (SafetensorsFile file = SafetensorsFile.open(GOLDEN.resolve(name + ".safetensors"));
        TorchProgram program = TorchProgram.load(ComposeProgram.TEXT);
        NDManager manager = NDManager.newBaseManager("PyTorch")) {
      float[] matrix = Objects.requireNonNull(file.tensors().get("W_f32")).toFloats();
      Shape shape = shape(file);
      long rank = Math.min(shape.get(0), shape.get(1));
      NDList factors =
          new NDList(
              manager.zeros(new Shape(shape.get(0), rank)),
              manager.zeros(new Shape(rank)),
              manager.zeros(new Shape(rank, shape.get(1))));
      program.call(
          manager,
          "svd",
          manager.create(matrix, shape),
          factors.get(0),
          factors.get(1),
          factors.get(2));
      float[] found = factors.get(1).toFloatArray();
      double[] expected = doubles(file, "S_f32in");
      assertThat(found).hasSize(expected.length);
      for (int i = 0; i < found.length; i++) {
        assertThat((double) found[i]).isCloseTo(expected[i], within(2e-6 * expected[0]));
      }
      for (int c = 0; c < 4; c++) {
        double[] composed = doubles(file, c == 0 ? "W" : "composed_c" + c);
        float[] result = compose(program, manager, factors, doubles(file, "c" + c), shape);
        assertThat(result).hasSize(composed.length);
        for (int i = 0; i < result.length; i++) {
          assertThat((double) result[i]).isCloseTo(composed[i], within(5e-6 * expected[0]));
        }
      }
    }
  }

  /** U diag(c S) V^T. */
  private static float[] compose(
      TorchProgram program, NDManager manager, NDList factors, double[] coefficients, Shape shape) {
    float[] values = factors.get(1).toFloatArray();
    float[] amounts = new float[values.length];
    for (int i = 0; i < amounts.length; i++) {
      amounts[i] = (float) coefficients[i] * values[i];
    }
    NDArray target = manager.zeros(shape);
    program.call(
        manager,
        "multiply_scaled",
        target,
        factors.get(0),
        manager.create(amounts),
        factors.get(2));
    return target.toFloatArray();
  }

  private static Shape shape(SafetensorsFile file) {
    return new Shape(
        Objects.requireNonNull(file.tensors().get("W_f32")).spec().shape().stream()
            .mapToLong(Long::longValue)
            .toArray());
  }

  private static double[] doubles(SafetensorsFile file, String name) {
    double[] values =
        new double[(int) Objects.requireNonNull(file.tensors().get(name)).spec().elements()];
    file.tensors()
        .get(name)
        .data()
        .asByteBuffer()
        .order(ByteOrder.LITTLE_ENDIAN)
        .asDoubleBuffer()
        .get(values);
    return values;
  }
}
