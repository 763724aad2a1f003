package org.cycleqd.spectral;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

class GranularityTest {

  private static final TensorSite UP = new TensorSite("layers.4.up", 4, 8);
  private static final TensorSite DOWN = new TensorSite("layers.4.down", 4, 8);
  private static final TensorSite NORM = new TensorSite("norm", 5, 0);

  @Test
  void tensorsShareKeysByGranularity() {
    assertThat(Granularity.MODEL.key(UP)).isEqualTo(Granularity.MODEL.key(NORM));
    assertThat(Granularity.LAYER_GROUP.key(UP)).isEqualTo(Granularity.LAYER_GROUP.key(DOWN));
    assertThat(Granularity.LAYER_GROUP.key(UP)).isNotEqualTo(Granularity.LAYER_GROUP.key(NORM));
    assertThat(Granularity.TENSOR.key(UP)).isNotEqualTo(Granularity.TENSOR.key(DOWN));
  }

  @Test
  void readsItsSpelling() {
    for (Granularity granularity : Granularity.values()) {
      assertThat(Granularity.of(granularity.spelling())).isEqualTo(granularity);
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Granularity.of("layer"))
        .withMessage("granularity must be one of model, layer-group, tensor, was layer");
  }
}
