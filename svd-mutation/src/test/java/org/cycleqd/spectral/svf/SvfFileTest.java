package org.cycleqd.spectral.svf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.cycleqd.checkpoint.Checkpoint;
import org.cycleqd.checkpoint.CheckpointException;
import org.cycleqd.tensor.DType;
import org.cycleqd.tensor.SafetensorsException;
import org.cycleqd.tensor.SafetensorsWriter;
import org.cycleqd.tensor.TensorSource;
import org.cycleqd.tensor.TensorSpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class SvfFileTest {

  private static final String DIGEST = "0123456789abcdef".repeat(4);

  @TempDir private Path folder;

  private Path file() {
    return folder.resolve("expert.safetensors");
  }

  @ParameterizedTest
  @EnumSource
  void whatIsWrittenIsRead(SvfRule rule) throws IOException {
    try (Checkpoint base = TinyBase.publish(folder.resolve("base"), DType.BF16, 0)) {
      SvfVectors expert = TinyBase.expert(base, rule);
      SvfFile.write(file(), expert);
      SvfVectors read = SvfFile.read(file());
      read.requireBase(base);
      assertThat(read.rule()).isEqualTo(rule);
      assertThat(read.baseDigest()).isEqualTo(base.digest());
      assertThat(read.z().keySet()).containsExactlyInAnyOrder(TinyBase.UP, TinyBase.DOWN);
      read.z().forEach((name, z) -> assertThat(z).isEqualTo(expert.z().get(name)));
      byte[] bytes = Files.readAllBytes(file());
      SvfFile.write(file(), read);
      assertThat(Files.readAllBytes(file())).isEqualTo(bytes);
    }
  }

  @Test
  void anotherBaseIsRefusedByItsDigest() throws IOException {
    try (Checkpoint base = TinyBase.publish(folder.resolve("base"), DType.F32, 0);
        Checkpoint other = TinyBase.publish(folder.resolve("other"), DType.F32, 0.1)) {
      SvfVectors expert = TinyBase.expert(base, SvfRule.PLAIN);
      assertThatThrownBy(() -> expert.requireBase(other))
          .isInstanceOf(CheckpointException.class)
          .hasMessage(
              "%s: digest: found %s, expected %s, the base of the SVF expert",
              other.folder(), other.digest(), base.digest());
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          model.layers.7.mlp.up_proj.weight | 8 | found none, expected a matrix for the vector
          model.layers.0.mlp.up_proj.weight | 9 | found shape [10, 8], expected a matrix whose shorter side is 9
          model.norm.weight                 | 8 | found shape [8], expected a matrix
          """)
  void namesTheVectorThatDoesNotFit(String tensor, int length, String complaint)
      throws IOException {
    try (Checkpoint base = TinyBase.publish(folder.resolve("base"), DType.F32, 0)) {
      SequencedMap<String, float[]> z = new LinkedHashMap<>(Map.of(tensor, new float[length]));
      SvfVectors expert = new SvfVectors(base.digest(), SvfRule.PLAIN, z);
      assertThatThrownBy(() -> expert.requireBase(base))
          .isInstanceOf(CheckpointException.class)
          .hasMessageContaining("tensor " + tensor + ": " + complaint);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          format      | pt      | format: found pt, expected cycleqd-svf
          version     | 2       | version: found 2, expected 1
          vectors     | 2       | vectors: found 2, expected 1
          rule        | sigmoid | rule: found sigmoid, expected one of nuclear-norm, plain
          base_digest | abc     | base_digest: found abc, expected 64 hexadecimal digits
          """)
  void namesTheMetadataThatIsWrong(String field, String value, String complaint)
      throws IOException {
    write(Map.of(field, value), TensorSpec.of("a.weight", DType.F32, 2), new float[] {1, 2});
    assertThatThrownBy(() -> SvfFile.read(file()))
        .isInstanceOf(CheckpointException.class)
        .hasMessage(file() + ": " + complaint);
  }

  @Test
  void namesTheTensorThatIsWrong() throws IOException {
    write(Map.of(), TensorSpec.of("a.weight", DType.F32, 2), new float[] {1, Float.NaN});
    assertThatThrownBy(() -> SvfFile.read(file()))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("tensor a.weight: found NaN at element 1, expected finite numbers");
    write(Map.of(), TensorSpec.of("a.weight", DType.BF16, 2), new float[] {1, 2});
    assertThatThrownBy(() -> SvfFile.read(file()))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("tensor a.weight: found BF16 [2], expected a vector of F32");
  }

  @Test
  void aTruncatedFileIsNotRead() throws IOException {
    write(Map.of(), TensorSpec.of("a.weight", DType.F32, 2), new float[] {1, 2});
    byte[] bytes = Files.readAllBytes(file());
    Files.write(file(), Arrays.copyOf(bytes, bytes.length - 1));
    assertThatThrownBy(() -> SvfFile.read(file())).isInstanceOf(SafetensorsException.class);
  }

  private void write(Map<String, String> wrong, TensorSpec spec, float[] values)
      throws IOException {
    Map<String, String> metadata =
        new HashMap<>(
            Map.of(
                "format", "cycleqd-svf",
                "version", "1",
                "vectors", "1",
                "rule", "plain",
                "base_digest", DIGEST));
    metadata.putAll(wrong);
    SafetensorsWriter.write(file(), metadata, List.of(spec), TensorSource.ofFloats(_ -> values));
  }
}
