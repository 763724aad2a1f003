package org.cycleqd.study;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import org.cycleqd.torch.TorchProgram;

/**
 * How fast libtorch goes on this machine with nothing in its way.
 *
 * @param bytesPerSecond of reading float32 memory, by products of a large matrix and a vector
 * @param operationsPerSecond of float32 matrix products, a multiplication and an addition being two
 */
public record Ceilings(double bytesPerSecond, double operationsPerSecond) {

  private static final String PROGRAM =
      """
        def product(self: __torch__.Program, a: Tensor, b: Tensor) -> Tensor:
          return torch.linear(a, b)
        def vector(self: __torch__.Program, a: Tensor, b: Tensor) -> Tensor:
          return torch.mv(a, b)
      """;

  private static final int ROUNDS = 7;
  private static final double NANOS = 1e9;

  /** Measures for about two seconds; the best of several rounds counts. */
  public static Ceilings measure() {
    try (TorchProgram program = TorchProgram.load(PROGRAM);
        NDManager manager = NDManager.newBaseManager("PyTorch")) {
      int rows = 1 << 14;
      int columns = 1 << 12;
      var matrix = manager.ones(new Shape(rows, columns));
      var vector = manager.ones(new Shape(columns));
      double reading = best(() -> program.call(manager, "vector", matrix, vector).close());
      int many = 1 << 10;
      var left = manager.ones(new Shape(many, columns));
      var right = manager.ones(new Shape(columns, columns));
      double product = best(() -> program.call(manager, "product", left, right).close());
      return new Ceilings(4.0 * rows * columns / reading, 2.0 * many * columns * columns / product);
    }
  }

  private static double best(Runnable work) {
    double[] seconds = new double[ROUNDS];
    for (int i = 0; i < ROUNDS; i++) {
      long start = System.nanoTime();
      work.run();
      seconds[i] = (System.nanoTime() - start) / NANOS;
    }
    return Arrays.stream(seconds).min().orElseThrow();
  }
}
