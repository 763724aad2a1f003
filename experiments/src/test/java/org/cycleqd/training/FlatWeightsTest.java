package org.cycleqd.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.cycleqd.tensor.DType;
import org.cycleqd.tensor.TensorSpec;
import org.junit.jupiter.api.Test;

class FlatWeightsTest {

  private final FlatWeights weights =
      new FlatWeights(
          List.of(TensorSpec.of("a", DType.BF16, 2, 2), TensorSpec.of("b", DType.F32, 3)));

  @Test
  void tensorsFollowEachOther() {
    weights.put("b", new float[] {5, 6, 7});
    weights.put("a", new float[] {1, 2, 3, 4});
    assertThat(weights.values()).containsExactly(1, 2, 3, 4, 5, 6, 7);
    weights.set(new float[] {7, 6, 5, 4, 3, 2, 1});
    assertThat(weights.get("a")).containsExactly(7, 6, 5, 4);
    assertThat(weights.get("b")).containsExactly(3, 2, 1);
  }

  @Test
  void nobodyElseHoldsTheVector() {
    weights.values()[0] = 9;
    weights.get("a")[0] = 9;
    assertThat(weights.values()).containsOnly(0);
  }

  @Test
  void refusesOtherLengths() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> weights.put("b", new float[4]))
        .withMessage("b: found 4 weights, expected 3");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> weights.set(new float[6]))
        .withMessage("all tensors: found 6 weights, expected 7");
  }
}
