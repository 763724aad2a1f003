package org.cycleqd.lm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Where models can compute and where not. */
class PlacementTest {

  @ParameterizedTest
  @ValueSource(strings = {"", "gpu", "cuda", "cuda:", "cuda:-1", "cuda:x", "CPU"})
  void refusesNamesThatAreNoDevice(String name) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Placement(name, Precision.F32))
        .withMessage("device: found " + name + ", expected cpu or cuda:N");
  }

  @Test
  void refusesDevicesThatAreNotThere() {
    assertThatIllegalStateException()
        .isThrownBy(() ->
            new LlamaRuntime(
                ChainModel.config(12, List.of(1)), 8, new Placement("cuda:99", Precision.BF16)))
        .withMessageMatching(
            "device: found cuda:99, expected one of the \\d+ GPUs that libtorch sees");
  }

  @ParameterizedTest
  @EnumSource(Precision.class)
  void theProcessorComputesInEveryType(Precision precision) {
    Placement placement = new Placement("cpu", precision);
    try (LlamaRuntime runtime = new LlamaRuntime(ChainModel.config(12, List.of(1)), 8, placement);
        LiveModel model = new LiveModel(runtime)) {
      assertThat(model.logits(new int[] {3, 4})).hasDimensions(2, 12);
    }
    assertThat(Precision.labelled(precision.label())).isEqualTo(precision);
  }

  @Test
  void onlyWhatIsNotTheDefaultIsSaidOfRuns() {
    assertThat(Placement.processor().text()).isEmpty();
    assertThat(new Placement("cpu", Precision.BF16).text()).isEqualTo("bf16 cpu");
    assertThat(new Placement("cuda:3", Precision.F32).text()).isEqualTo("f32 cuda");
  }
}
