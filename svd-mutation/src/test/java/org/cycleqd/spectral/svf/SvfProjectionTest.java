package org.cycleqd.spectral.svf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Path;
import org.cycleqd.checkpoint.Checkpoint;
import org.cycleqd.checkpoint.CheckpointException;
import org.cycleqd.tensor.DType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SvfProjectionTest {

  @TempDir private Path folder;

  /** A model that is an SVF expert is found again with nothing lost. */
  @ParameterizedTest
  @EnumSource
  void anSvfExpertIsFoundAgain(SvfRule rule) throws IOException {
    try (Checkpoint base = TinyBase.publish(folder.resolve("base"), DType.F32, 0)) {
      SvfVectors expert = TinyBase.expert(base, SvfRule.NUCLEAR_NORM);
      SvfExport.model(base, expert, folder.resolve("tuned"), _ -> {});
      try (Checkpoint tuned = Checkpoint.open(folder.resolve("tuned"))) {
        SvfProjection found = SvfProjection.of(base, tuned, rule, expert::has, _ -> {});
        // The difference of two energies whose parts are float32.
        assertThat(found.discarded()).isLessThan(1e-6 * found.energy());
        SvfExport.model(base, found.expert(), folder.resolve("again"), _ -> {});
        try (Checkpoint again = Checkpoint.open(folder.resolve("again"))) {
          assertThat(again.tensor(TinyBase.UP).toFloats())
              .containsExactly(tuned.tensor(TinyBase.UP).toFloats(), within(1e-5f));
        }
      }
    }
  }

  /** The plain rule's loss is the smallest: any other vector is farther away. */
  @Test
  void thePlainProjectionIsTheNearest() throws IOException {
    try (Checkpoint base = TinyBase.publish(folder.resolve("base"), DType.F32, 0);
        Checkpoint tuned = TinyBase.publish(folder.resolve("tuned"), DType.F32, 0.1)) {
      SvfProjection found =
          SvfProjection.of(base, tuned, SvfRule.PLAIN, TinyBase.UP::equals, _ -> {});
      double nearest = distance(base, tuned, found.expert());
      assertThat(nearest).isCloseTo(found.discarded(), within(1e-5 * found.energy()));
      float[] z = found.expert().z().firstEntry().getValue();
      z[3] += 0.01f;
      assertThat(distance(base, tuned, found.expert())).isGreaterThan(nearest);
      assertThat(found.discarded()).isBetween(0.5 * found.energy(), found.energy());
    }
  }

  private double distance(Checkpoint base, Checkpoint tuned, SvfVectors expert) throws IOException {
    Path target = folder.resolve("model" + expert.z().firstEntry().getValue()[3]);
    SvfExport.model(base, expert, target, _ -> {});
    try (Checkpoint model = Checkpoint.open(target)) {
      float[] found = model.tensor(TinyBase.UP).toFloats();
      float[] wanted = tuned.tensor(TinyBase.UP).toFloats();
      double sum = 0;
      for (int i = 0; i < found.length; i++) {
        sum += Math.pow((double) found[i] - wanted[i], 2);
      }
      return sum;
    }
  }

  @Test
  void refusesWhatDoesNotFit() throws IOException {
    try (Checkpoint base = TinyBase.publish(folder.resolve("base"), DType.F32, 0);
        Checkpoint tuned = TinyBase.publish(folder.resolve("tuned"), DType.BF16, 0.1)) {
      assertThatThrownBy(() -> SvfProjection.of(base, tuned, SvfRule.PLAIN, _ -> true, _ -> {}))
          .isInstanceOf(CheckpointException.class);
    }
  }
}
