package org.cycleqd.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.cycleqd.random.Draws;
import org.cycleqd.tensor.DType;
import org.cycleqd.tensor.SafetensorsException;
import org.cycleqd.tensor.SafetensorsFile;
import org.cycleqd.tensor.SafetensorsWriter;
import org.cycleqd.tensor.TensorSource;
import org.cycleqd.tensor.TensorSpec;
import org.cycleqd.tensor.TensorView;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Sharded folders with damage: they open to the same model, or are refused in words. */
class HostileFolderTest {

  private static final String INDEX = "model.safetensors.index.json";

  @TempDir private Path parent;
  private Path folder = Path.of("");

  @BeforeEach
  void publish() throws IOException {
    folder = parent.resolve("m");
    CheckpointWriter.publish(
        folder,
        CheckpointContent.of(TinyModel.of(DType.BF16).config(), TinyModel.weights(7))
            .withMaximumShardBytes(900),
        ExistingTarget.REFUSE);
    assertThat(opens()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"config.json", INDEX, "generation_config.json"})
  void truncatedJsonIsRefused(String name) throws IOException {
    byte[] whole = Files.readAllBytes(folder.resolve(name));
    // The last byte is a line feed.
    for (int length = 0; length < whole.length - 1; length += 1 + length / 200) {
      Files.write(folder.resolve(name), Arrays.copyOf(whole, length));
      assertThat(opens()).as("%d bytes", length).isFalse();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"config.json", INDEX, "generation_config.json"})
  void flippedBitsAreRefusedOrHarmless(String name) throws IOException {
    byte[] whole = Files.readAllBytes(folder.resolve(name));
    Draws draws = Draws.at(3, "flips", name);
    int refused = 0;
    for (int i = 0; i < 700; i++) {
      byte[] bytes = whole.clone();
      int place = draws.below(2L * i, bytes.length);
      bytes[place] ^= (byte) (1 + draws.below(2L * i + 1, 255));
      Files.write(folder.resolve(name), bytes);
      refused += opens() ? 0 : 1;
    }
    assertThat(refused).isGreaterThan(200);
  }

  @Test
  void shardsCutAnywhereAreRefused() throws IOException {
    Path shard = folder.resolve("model-00001-of-00004.safetensors");
    byte[] whole = Files.readAllBytes(shard);
    for (int length = 0; length < whole.length; length += 7) {
      Files.write(shard, Arrays.copyOf(whole, length));
      assertThat(opens()).as("%d bytes", length).isFalse();
    }
    Files.delete(shard);
    assertRefused("model-00001-of-00004.safetensors: file: found none, expected a weight file");
    Files.createDirectory(shard);
    assertRefused("model-00001-of-00004.safetensors: file: found no regular file");
  }

  @Test
  void aTensorInTwoShardsIsRefused() throws IOException {
    Path first = folder.resolve("model-00001-of-00004.safetensors");
    Path last = folder.resolve("model-00004-of-00004.safetensors");
    try (SafetensorsFile one = SafetensorsFile.open(first);
        SafetensorsFile four = SafetensorsFile.open(last)) {
      List<TensorSpec> specs =
          Stream.concat(one.tensors().values().stream(), four.tensors().values().stream().limit(1))
              .map(TensorView::spec)
              .toList();
      SafetensorsWriter.write(
          parent.resolve("both"),
          SafetensorsWriter.PYTORCH,
          specs,
          (spec, target) ->
              TensorSource.ofViews(
                      one.tensors().containsKey(spec.name()) ? one.tensors() : four.tensors())
                  .write(spec, target));
    }
    Files.move(parent.resolve("both"), first, StandardCopyOption.REPLACE_EXISTING);
    assertRefused(
        "found model-00004-of-00004.safetensors, expected model-00001-of-00004.safetensors, which");
  }

  @Test
  void theIndexMayNotLeadElsewhere() throws IOException {
    String sound = Files.readString(folder.resolve(INDEX));
    for (String name :
        List.of(
            "../m/model-00001-of-00004.safetensors",
            folder.resolve("model-00001-of-00004.safetensors").toString(),
            "./model-00001-of-00004.safetensors",
            ".hidden.safetensors",
            "a/b.safetensors",
            "..\\\\m.safetensors",
            "model-00001-of-00004.safetensors\\u0000",
            "C:model.safetensors",
            "config.json",
            "")) {
      Files.writeString(
          folder.resolve(INDEX), sound.replace("model-00001-of-00004.safetensors", name));
      assertRefused("expected the plain name of a .safetensors file in this folder");
    }
    Files.writeString(folder.resolve(INDEX), sound.replaceFirst("_size\" : ", "_size\" : 1"));
    assertRefused("metadata.total_size: found 1");
    Files.write(folder.resolve(INDEX), new byte[] {'{', '"', (byte) 0xC3, '"', ':', '1', '}'});
    assertRefused(INDEX + ": file: found malformed UTF-8, expected valid UTF-8");
    Files.writeString(folder.resolve(INDEX), "{\"weight_map\":" + "[".repeat(100_000));
    assertRefused("malformed JSON (Document nesting depth");
    Files.writeString(folder.resolve(INDEX), sound, StandardCharsets.UTF_16);
    assertRefused("malformed");
  }

  private void assertRefused(String message) {
    assertThatThrownBy(() -> Checkpoint.open(folder).close())
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining(message);
  }

  /** Whether the folder opens; anything but a refusal in words fails the test. */
  private boolean opens() throws IOException {
    try (Checkpoint model = Checkpoint.open(folder)) {
      assertThat(model.tensors()).hasSize(21);
      return true;
    } catch (CheckpointException | SafetensorsException e) {
      assertThat(e).hasMessageContaining(folder.toString());
      return false;
    }
  }
}
