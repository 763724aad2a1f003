package org.cycleqd.experiment.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.cycleqd.checkpoint.Checkpoint;
import org.cycleqd.checkpoint.CheckpointException;
import org.cycleqd.checkpoint.Compatibility;
import org.cycleqd.spectral.svf.SvfFile;
import org.cycleqd.spectral.svf.SvfRule;
import org.cycleqd.spectral.svf.SvfVectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SvfExpertTest {

  private static final Path MODELS =
      Path.of(System.getProperty("cycleqd.root"), "experiments/models/pico");
  private static final String UP = "model.layers.0.mlp.up_proj.weight";

  @TempDir private Path parent;

  @Test
  void aFileIsOpenedAsTheModelItStandsFor() throws IOException {
    Path file = parent.resolve("expert.safetensors");
    try (Checkpoint base = Checkpoint.open(MODELS.resolve("base"))) {
      SvfVectors vectors = SvfVectors.neutral(base, SvfRule.PLAIN, UP::equals);
      Objects.requireNonNull(vectors.z().get(UP))[0] = 1.5f;
      SvfFile.write(file, vectors);
      assertThat(SvfExpert.isAt(file)).isTrue();
      assertThat(SvfExpert.isAt(base.folder())).isFalse();
      SvfExpert opened = SvfExpert.open(base, file);
      try (opened) {
        Compatibility.require(base, opened.model());
        assertThat(opened.model().digest()).isNotEqualTo(base.digest());
        String norm = "model.norm.weight";
        assertThat(opened.model().tensor(norm).toFloats()).isEqualTo(base.tensor(norm).toFloats());
      }
      assertThat(opened.folder()).doesNotExist();
    }
  }

  @Test
  void anExpertOfAnotherBaseIsRefused() throws IOException {
    Path file = parent.resolve("expert.safetensors");
    try (Checkpoint base = Checkpoint.open(MODELS.resolve("base"));
        Checkpoint other = Checkpoint.open(MODELS.resolve("code"))) {
      SvfFile.write(file, SvfVectors.neutral(other, SvfRule.PLAIN, UP::equals));
      assertThatThrownBy(() -> SvfExpert.open(base, file))
          .isInstanceOf(CheckpointException.class)
          .hasMessageContaining("the base of the SVF expert");
      assertThat(Files.exists(file)).isTrue();
    }
  }
}
