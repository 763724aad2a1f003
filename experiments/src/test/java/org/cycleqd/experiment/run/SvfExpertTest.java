package org.cycleqd.experiment.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Objects;
import java.util.stream.Stream;
import org.assertj.core.api.Assertions;
import org.cycleqd.checkpoint.Checkpoint;
import org.cycleqd.checkpoint.CheckpointException;
import org.cycleqd.spectral.Expert;
import org.cycleqd.spectral.svf.SvfFile;
import org.cycleqd.spectral.svf.SvfRule;
import org.cycleqd.spectral.svf.SvfVectors;
import org.cycleqd.tensor.TensorRows;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SvfExpertTest {

  private static final Path MODELS =
      Path.of(System.getProperty("cycleqd.root"), "experiments/models/pico");
  private static final String UP = "model.layers.0.mlp.up_proj.weight";

  private static final String NORM = "model.norm.weight";

  @TempDir private Path parent;

  private static float[] floats(TensorRows tensor) {
    int columns = Math.toIntExact(tensor.spec().columns());
    float[] values = new float[Math.toIntExact(tensor.spec().rows()) * columns];
    tensor.read(0, Math.toIntExact(tensor.spec().rows()), values);
    return values;
  }

  @Test
  void aFileIsOpenedAsTheModelItStandsFor() throws IOException {
    Path file = parent.resolve("expert.safetensors");
    try (Checkpoint base = Checkpoint.open(MODELS.resolve("base"))) {
      SvfVectors vectors = SvfVectors.neutral(base, SvfRule.PLAIN, UP::equals);
      Objects.requireNonNull(vectors.z().get(UP))[0] = 1.5f;
      SvfFile.write(file, vectors);
      assertThat(SvfExpert.isAt(file)).isTrue();
      assertThat(SvfExpert.isAt(base.folder())).isFalse();
      Path store = parent.resolve("store");
      try (Expert opened = SvfExpert.open(base, file, store)) {
        assertThat(opened.digest()).isNotEqualTo(base.digest());
        assertThat(opened.weights(NORM).orElseThrow())
            .satisfies(norm -> assertThat(floats(norm)).isEqualTo(floats(base.tensor(NORM))));
        assertThat(floats(opened.weights(UP).orElseThrow())).isNotEqualTo(floats(base.tensor(UP)));
      }
      // What is there is used again, and another vector is another model.
      Path first = only(store.resolve("svf"));
      FileTime written = Files.getLastModifiedTime(first);
      SvfExpert.open(base, file, store).close();
      assertThat(Files.getLastModifiedTime(only(store.resolve("svf")))).isEqualTo(written);
      Objects.requireNonNull(vectors.z().get(UP))[0] = 2;
      Files.delete(file);
      SvfFile.write(file, vectors);
      try (Expert other = SvfExpert.open(base, file, store)) {
        assertThat(other.folder()).isNotEqualTo(first).hasParent(store.resolve("svf"));
      }
    }
  }

  private static Path only(Path folder) throws IOException {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.reduce((_, _) -> Assertions.fail("more than one")).orElseThrow();
    }
  }

  @Test
  void anExpertOfAnotherBaseIsRefused() throws IOException {
    Path file = parent.resolve("expert.safetensors");
    try (Checkpoint base = Checkpoint.open(MODELS.resolve("base"));
        Checkpoint other = Checkpoint.open(MODELS.resolve("code"))) {
      SvfFile.write(file, SvfVectors.neutral(other, SvfRule.PLAIN, UP::equals));
      assertThatThrownBy(() -> SvfExpert.open(base, file, parent.resolve("store")))
          .isInstanceOf(CheckpointException.class)
          .hasMessageContaining("the base of the SVF expert");
      assertThat(Files.exists(file)).isTrue();
    }
  }
}
