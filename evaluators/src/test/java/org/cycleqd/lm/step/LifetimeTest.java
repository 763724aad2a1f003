package org.cycleqd.lm.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Steps that are opened and closed. */
@Timeout(120)
class LifetimeTest {

  private static final int TIMES = 300;
  private static final Path STATUS = Path.of("/proc/self/status");

  private final DrawnModel.Shape shape = DrawnModel.Shape.LONG_SUMS;

  private static long residentBytes() throws IOException {
    String kilobytes =
        Files.readAllLines(STATUS).stream()
            .filter(line -> line.startsWith("VmRSS:"))
            .findFirst()
            .orElseThrow()
            .replaceAll("\\D", "");
    return Long.parseLong(kilobytes) << 10;
  }

  @Test
  void leaveNoThreadsAndNoMemory() throws IOException, InterruptedException {
    assumeTrue(Files.isReadable(STATUS), "the memory in use is not told");
    try (StepKernel kernel = Stepping.kernel(shape.config(), false);
        DrawnModel model = new DrawnModel(shape.config(), 2, 8, 1)) {
      float[][] expected = Stepping.alone(kernel, model, 8, 3);
      long before = 0;
      long bytes = model.memory().tensors().values().stream().mapToLong(s -> s.byteSize()).sum();
      for (int time = 0; time < TIMES; time++) {
        try (CompiledSteps steps = new CompiledSteps(kernel, model.memory(), 2, 8, 3)) {
          Stepping.read(steps, new long[][] {{3}, {4}}, 0);
          assertThat(Stepping.logits(steps, 0, shape.config())).isEqualTo(expected[0]);
        }
        before = time == TIMES / 10 ? residentBytes() : before;
      }
      assertThat(residentBytes() - before).isLessThan(TIMES / 4 * bytes);
      assertThat(Crews.alive()).isZero();
    }
  }

  @Test
  void closedStepsRefuseToBeUsed() {
    try (StepKernel kernel = Stepping.kernel(shape.config(), false);
        DrawnModel model = new DrawnModel(shape.config(), 1, 8, 1)) {
      CompiledSteps steps = new CompiledSteps(kernel, model.memory(), 1, 8, 2);
      Stepping.read(steps, new long[][] {{3}}, 0);
      steps.close();
      assertThatIllegalStateException()
          .isThrownBy(() -> Stepping.read(steps, new long[][] {{3}}, 0))
          .withMessage("Already closed");
      assertThatIllegalStateException().isThrownBy(steps::close).withMessage("Already closed");
    }
  }

  @Test
  void kernelsMayBeClosedTwice() {
    StepKernel kernel = Stepping.kernel(shape.config(), false);
    kernel.close();
    kernel.close();
    assertThat(kernel.config()).isEqualTo(shape.config());
  }
}
