package org.cycleqd.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.cycleqd.random.Draws;
import org.junit.jupiter.api.Test;

class TorchProgramTest {

  private static final String SQUARES =
      """
        def squares(self: __torch__.Program, xs: List[Tensor], times: int, scale: float, up: bool, ks: List[int]) -> Tensor:
          total = xs[0] * 0.
          for i in range(times):
            for x in xs:
              total = total + x * x * scale
          if up:
            total = total + float(ks[1])
          return total
        def round(self: __torch__.Program, x: Tensor) -> Tensor:
          return torch.to(torch.to(x, 15), 6)
        def loss(self: __torch__.Program, x: Tensor, y: Tensor) -> Tensor:
          return torch.sum(x * x * y)
      """;

  @Test
  void takesEveryKindOfArgument() {
    try (TorchProgram program = TorchProgram.load(SQUARES);
        NDManager manager = NDManager.newBaseManager("PyTorch")) {
      NDList xs =
          new NDList(manager.create(new float[] {1, 2}), manager.create(new float[] {3, 4}));
      NDArray result =
          program.call(manager, "squares", xs, 2, 0.5, true, new long[] {7, 9}).singletonOrThrow();
      assertThat(result.toFloatArray()).containsExactly(10 + 9, 20 + 9);
    }
  }

  @Test
  void reachesBfloat16InsideAProgram() {
    try (TorchProgram program = TorchProgram.load(SQUARES);
        NDManager manager = NDManager.newBaseManager("PyTorch")) {
      NDArray rounded =
          program
              .call(manager, "round", manager.create(new float[] {1.0039062f, (float) Math.PI}))
              .singletonOrThrow();
      assertThat(rounded.toFloatArray()).containsExactly(1.0f, 3.140625f);
    }
  }

  @Test
  void gradientsReachTheArguments() {
    try (TorchProgram program = TorchProgram.load(SQUARES);
        NDManager manager = NDManager.newBaseManager("PyTorch")) {
      NDArray x = manager.create(new float[] {1, 2, 3});
      x.setRequiresGradient(true);
      NDArray y = manager.create(new float[] {1, 10, 100});
      try (GradientCollector collector = Engine.getEngine("PyTorch").newGradientCollector()) {
        collector.backward(program.record("loss", List.of(x, y)));
      }
      assertThat(x.getGradient().toFloatArray()).containsExactly(2, 40, 600);
    }
  }

  @Test
  void saysWhatIsWrongWithTheSource() {
    assertThatThrownBy(() ->
            TorchProgram.load(
                """
                  def broken(self: __torch__.Program, x: Tensor) -> Tensor:
                    return torch.no_such_operator(x)
                """))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("no_such_operator");
  }

  @Test
  void aDecompositionHasTheSameBitsOnThreadsThatDidNothingBefore() throws InterruptedException {
    String text =
        """
          def svd(self: __torch__.Program, x: Tensor) -> Tensor:
            u, s, v = torch.linalg_svd(torch.to(x, 7), False)
            return torch.mm(u, v)
          def multiply(self: __torch__.Program, x: Tensor) -> Tensor:
            return torch.mm(x, torch.t(x))
        """;
    float[] values = new float[96 * 256];
    Draws draws = Draws.at(1, "matrix");
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) draws.gaussian(i);
    }
    List<double[]> found = Collections.synchronizedList(new ArrayList<>());
    try (TorchProgram program = TorchProgram.load(text)) {
      for (int thread = 0; thread < 4; thread++) {
        boolean used = thread % 2 == 0;
        Thread fresh =
            Thread.ofPlatform()
                .start(() -> {
                  try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
                    NDArray x = manager.create(values, new Shape(96, 256));
                    if (used) {
                      program.call(manager, "multiply", x);
                    }
                    found.add(program.call(manager, "svd", x).singletonOrThrow().toDoubleArray());
                  }
                });
        fresh.join();
      }
    }
    assertThat(found).hasSize(4).allSatisfy(bits -> assertThat(bits).isEqualTo(found.getFirst()));
  }
}
