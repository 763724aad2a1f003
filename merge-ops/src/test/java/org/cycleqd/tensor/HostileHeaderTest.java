package org.cycleqd.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.cycleqd.random.Draws;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Damage at every place: a file opens to views that can be read, or is refused in words. */
class HostileHeaderTest {

  private static final int FLIPS = 2000;

  @TempDir private Path folder;
  private byte[] sound = new byte[0];

  @BeforeEach
  void writeSoundFile() throws IOException {
    Path file = folder.resolve("sound.safetensors");
    List<TensorSpec> specs =
        List.of(
            TensorSpec.of("model.norm.weight", DType.F32, 3),
            TensorSpec.of("a\u00e9\"\\", DType.BF16, 2, 2),
            TensorSpec.of("scalar", DType.F16),
            TensorSpec.of("empty", DType.F32, 0, 7));
    SafetensorsWriter.write(
        file,
        Map.of("format", "pt", "note", "\u20ac"),
        specs,
        TensorSource.ofFloats(name ->
            new float
                [(int)
                    specs.stream()
                        .filter(s -> s.name().equals(name))
                        .findAny()
                        .orElseThrow()
                        .elements()]));
    sound = Files.readAllBytes(file);
  }

  @Test
  void everyTruncationAndEveryExtensionIsRefused() throws IOException {
    assertThat(opens(sound)).isTrue();
    for (int length = 0; length < sound.length; length++) {
      assertThat(opens(Arrays.copyOf(sound, length))).as("%d bytes", length).isFalse();
    }
    for (int more : new int[] {1, 2, 4096}) {
      assertThat(opens(Arrays.copyOf(sound, sound.length + more))).isFalse();
    }
  }

  @Test
  void flippedBitsOfTheHeaderAreRefusedOrHarmless() throws IOException {
    int headerBytes = Long.BYTES + ByteBuffer.wrap(sound).order(ByteOrder.LITTLE_ENDIAN).getInt();
    Draws draws = Draws.at(1, "flips");
    int refused = 0;
    for (int i = 0; i < FLIPS; i++) {
      byte[] bytes = sound.clone();
      int place = draws.below(2L * i, headerBytes);
      bytes[place] ^= (byte) (1 + draws.below(2L * i + 1, 255));
      refused += opens(bytes) ? 0 : 1;
    }
    // What is left are letters of names, metadata and white space.
    assertThat(refused).isBetween(FLIPS / 2, FLIPS - 1);
  }

  @Test
  void replacedPartsOfTheHeaderAreRefusedOrHarmless() throws IOException {
    String header = text();
    List<String> parts =
        List.of("{", "}", "[", "]", ",", ":", "\"", "-", "0", "1e9", "null", "F64", "\\u0000", "");
    Draws draws = Draws.at(2, "parts");
    for (int i = 0; i < FLIPS; i++) {
      int from = draws.below(3L * i, header.length());
      int to = Math.min(header.length(), from + draws.below(3L * i + 1, 4));
      String part = parts.get(draws.below(3L * i + 2, parts.size()));
      opens(framed(header.substring(0, from) + part + header.substring(to)));
    }
  }

  @Test
  void deepNestingAndEndlessNumbersAreRefused() throws IOException {
    for (String header :
        List.of(
            "{\"w\":" + "[".repeat(1_000_000),
            "{\"w\":" + "{\"w\":".repeat(200_000),
            "{\"__metadata__\":{\"a\":" + "[".repeat(100_000),
            "{\"w\":{\"dtype\":\"U8\",\"shape\":[" + "9".repeat(1_000_000) + "]}}",
            "{\"w\":{\"dtype\":\"U8\",\"shape\":[1e999999999],\"data_offsets\":[0,0]}}",
            "{\"w\":{\"dtype\":\"U8\",\"shape\":[" + "1,".repeat(100_000) + "1]",
            "{\"" + "w".repeat(1_000_000) + "\":1}")) {
      assertThat(opens(framed(header))).as(header.substring(0, 40)).isFalse();
    }
  }

  @Test
  void namesThatAreNoTextAreRefused() throws IOException {
    String entry = "{\"%s\":{\"dtype\":\"U8\",\"shape\":[0],\"data_offsets\":[0,0]}}";
    Files.write(folder.resolve("x"), framed(entry.formatted("\\ud800")));
    assertThatThrownBy(() -> SafetensorsFile.open(folder.resolve("x")).close())
        .isInstanceOf(SafetensorsException.class)
        .hasMessageContaining("surrogate");
    assertThat(opens(framed(entry.formatted("\\ud83d\\ude00")))).isTrue();
    // Duplicates are found under their decoded names.
    String twice = entry.formatted("a").replaceFirst("}}$", "},\"\\\\u0061\":{}}");
    assertThat(opens(framed(twice))).isFalse();
  }

  private String text() {
    int length = ByteBuffer.wrap(sound).order(ByteOrder.LITTLE_ENDIAN).getInt();
    return new String(sound, Long.BYTES, length, StandardCharsets.UTF_8);
  }

  /** A header with the sound file's data. */
  private byte[] framed(String header) {
    byte[] json = header.getBytes(StandardCharsets.UTF_8);
    int data = sound.length - Long.BYTES - text().getBytes(StandardCharsets.UTF_8).length;
    boolean whole = header.contains("model.norm");
    ByteBuffer file =
        ByteBuffer.allocate(Long.BYTES + json.length + (whole ? data : 0))
            .order(ByteOrder.LITTLE_ENDIAN);
    return file.putLong(json.length).put(json).array();
  }

  /** Whether bytes open as a file; anything but a refusal in words fails the test. */
  private boolean opens(byte[] bytes) throws IOException {
    Path path = Files.write(folder.resolve("damaged.safetensors"), bytes);
    try (SafetensorsFile file = SafetensorsFile.open(path)) {
      long read = 0;
      for (TensorView view : file.tensors().values()) {
        read += view.data().toArray(ValueLayout.JAVA_BYTE).length;
      }
      assertThat(read).isLessThan(bytes.length);
      return true;
    } catch (SafetensorsException e) {
      assertThat(e).hasMessageStartingWith(path + ": ");
      return false;
    }
  }
}
