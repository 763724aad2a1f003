package org.cycleqd.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SafetensorsFileTest {

  @TempDir private Path folder;

  @Test
  void readsTensorsInTheOrderOfTheirDataAndKeepsMetadata() throws IOException {
    String header =
        """
        {"b":{"dtype":"F32","shape":[2],"data_offsets":[2,10]},
         "__metadata__":{"format":"pt"},
         "a":{"dtype":"BF16","shape":[],"data_offsets":[0,2]},
         "empty":{"dtype":"F64","shape":[0,3],"data_offsets":[0,0]}}   \
        """;
    ByteBuffer data = ByteBuffer.allocate(10).order(ByteOrder.LITTLE_ENDIAN);
    data.putShort((short) 0x3FC0).putFloat(-2f).putFloat(0.25f);
    try (SafetensorsFile file = SafetensorsFile.open(file(header, data.array()))) {
      assertThat(file.metadata()).containsOnly(entry("format", "pt"));
      assertThat(file.tensors().sequencedKeySet()).containsExactly("empty", "a", "b");
      assertThat(view(file, "a").toFloats()).containsExactly(1.5f);
      // The float32 data starts at an odd multiple of two bytes: no alignment is needed.
      assertThat(view(file, "b").toFloats()).containsExactly(-2f, 0.25f);
      assertThat(view(file, "empty").data().byteSize()).isZero();
      assertThat(view(file, "b").data().isReadOnly()).isTrue();
    }
  }

  @Test
  void aFileWithoutTensorsIsLegal() throws IOException {
    try (SafetensorsFile file = SafetensorsFile.open(file("{}", new byte[0]))) {
      assertThat(file.tensors()).isEmpty();
      assertThat(file.metadata()).isEmpty();
    }
  }

  @Test
  void viewsEndWithTheirFile() throws IOException {
    SafetensorsFile file = SafetensorsFile.open(file(header("U8", "[1]", "[0,1]"), new byte[1]));
    TensorView view = view(file, "w");
    file.close();
    assertThatThrownBy(() -> view.data().toArray(ValueLayout.JAVA_BYTE))
        .isInstanceOf(IllegalStateException.class);
  }

  /** Fields of the only tensor, size of the data, and what the refusal must say. */
  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '\0',
      textBlock =
          """
          "F32"; [2]; [0,8]; 4; data: found 4 bytes, expected 8 bytes
          "F32"; [1]; [0,4]; 8; data: found 8 bytes, expected 4 bytes
          "F32"; [2]; [0,4]; 4; tensor w: data_offsets: found [0, 4], 4 bytes, expected 8 bytes for F32 [2]
          "F32"; [1]; [4,8]; 8; found begin 4, hole, expected begin 0
          "F32"; [1]; [4,0]; 4; found [4, 0], expected [begin, end] with begin <= end
          "F32"; [1]; [0]; 4; found [0], expected [begin, end] with begin <= end
          "F32"; [1]; [0,4,4]; 4; expected [begin, end] with begin <= end
          "F33"; [1]; [0,4]; 4; tensor w: dtype: found F33, expected one of [BOOL, F4,
          32; [1]; [0,4]; 4; tensor w: dtype: found 32, expected a string
          "F32"; [1.0]; [0,4]; 4; tensor w: shape: found 1.0, expected integers from 0 to 2^63-1
          "F32"; [-1]; [0,4]; 4; tensor w: shape: found -1, expected integers
          "F32"; ["1"]; [0,4]; 4; tensor w: shape: found 1, expected integers
          "F32"; 1; [0,4]; 4; tensor w: shape: found 1, expected a list of integers
          "F32"; [1]; null; 4; tensor w: data_offsets: found null, expected a list of integers
          "U8"; [18446744073709551617]; [0,1]; 1; tensor w: shape: found 18446744073709551617, expected
          "U8"; [4294967296,4294967296]; [0,0]; 0; tensor w: found shape [4294967296, 4294967296] of U8, expected a size below 2^63 bits
          "F64"; [1152921504606846976]; [0,0]; 0; expected a size below 2^63 bits
          "F6_E2M3"; [3]; [0,2]; 2; 18 bits, expected whole bytes
          """)
  void badTensorsAreRefused(
      String dtype, String shape, String offsets, int dataBytes, String message)
      throws IOException {
    String header =
        "{\"w\":{\"dtype\":%s,\"shape\":%s,\"data_offsets\":%s}}".formatted(dtype, shape, offsets);
    assertRefused(file(header, new byte[dataBytes]), message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '\0',
      textBlock =
          """
          [];header: found another first character, expected {
          {;malformed JSON
          {} x;malformed JSON
          {}{};found more JSON after the object
          {"w":1};tensor w: found 1, expected an object
          {"w":{"dtype":"U8","shape":[0]}};tensor w: found a missing field, expected each of
          {"w":{"dtype":"U8","strides":[0]}};tensor w: found field strides, expected dtype, shape
          {"__metadata__":{"a":1}};__metadata__ a: found 1, expected a string
          {"__metadata__":null};__metadata__: found null, expected an object of strings
          {"__metadata__":{"a":"1","a":"1"}};Duplicate field 'a'
          {"w":{"dtype":"U8","dtype":"U8"}};Duplicate field 'dtype'
          """)
  void badHeadersAreRefused(String header, String message) throws IOException {
    assertRefused(file(header, new byte[0]), message);
  }

  @Test
  void duplicateTensorsAreRefused() throws IOException {
    String entry = "\"w\":{\"dtype\":\"U8\",\"shape\":[0],\"data_offsets\":[0,0]}";
    assertRefused(file("{" + entry + "," + entry + "}", new byte[0]), "Duplicate field 'w'");
  }

  @Test
  void overlapsAndHolesBetweenTensorsAreRefused() throws IOException {
    String pair =
        "{\"a\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[0,4]},"
            + "\"b\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[%d,%d]}}";
    assertRefused(
        file(pair.formatted(3, 7), new byte[7]),
        "tensor b: data_offsets: found begin 3, overlap, expected begin 4");
    assertRefused(
        file(pair.formatted(0, 4), new byte[4]),
        "tensor b: data_offsets: found begin 0, overlap, expected begin 4");
    assertRefused(
        file(pair.formatted(5, 9), new byte[9]),
        "tensor b: data_offsets: found begin 5, hole, expected begin 4");
  }

  @Test
  void badSizesAreRefusedBeforeAnythingIsRead() throws IOException {
    assertRefused(bytes(new byte[7]), "file: found 7 bytes, expected at least 8 bytes");
    assertRefused(bytes(new byte[0]), "file: found 0 bytes, expected at least 8 bytes");
    assertRefused(framed(0, ""), "header: found another first character, expected {");
    assertRefused(framed(3, " {}"), "header: found another first character, expected {");
    assertRefused(framed(3, "{}"), "header size: found 3 bytes in a file of 10");
    assertRefused(framed(100_000_000, "{}"), "header size: found 100000000 bytes in a file of 10");
    assertRefused(framed(100_000_001, "{}"), "found 100000001 bytes, expected at most 100000000");
    assertRefused(framed(-1, "{}"), "found 18446744073709551615 bytes, expected at most 100000000");
    assertRefused(framed(Long.MIN_VALUE, "{}"), "found 9223372036854775808 bytes");
  }

  @Test
  void aHeaderMustBeUtf8() throws IOException {
    byte[] header = "{\"__metadata__\":{\"a\":\"?\"}}".getBytes(StandardCharsets.ISO_8859_1);
    header[header.length - 4] = (byte) 0xE9;
    ByteBuffer file = ByteBuffer.allocate(8 + header.length).order(ByteOrder.LITTLE_ENDIAN);
    assertRefused(
        bytes(file.putLong(header.length).put(header).array()),
        "header: found malformed UTF-8, expected valid UTF-8");
  }

  @Test
  void everyTruncationIsRefused() throws IOException {
    byte[] whole = Files.readAllBytes(file(header("F32", "[2]", "[0,8]"), new byte[8]));
    for (int length = 0; length < whole.length; length++) {
      assertRefused(bytes(Arrays.copyOf(whole, length)), "expected");
    }
  }

  private void assertRefused(Path file, String message) {
    assertThatThrownBy(() -> SafetensorsFile.open(file).close())
        .isInstanceOf(SafetensorsException.class)
        .hasMessageStartingWith(file + ": ")
        .hasMessageContaining(message);
  }

  private static TensorView view(SafetensorsFile file, String name) {
    return Objects.requireNonNull(file.tensors().get(name));
  }

  private static String header(String dtype, String shape, String offsets) {
    return "{\"w\":{\"dtype\":\"%s\",\"shape\":%s,\"data_offsets\":%s}}"
        .formatted(dtype, shape, offsets);
  }

  private Path file(String header, byte[] data) throws IOException {
    byte[] json = header.getBytes(StandardCharsets.UTF_8);
    ByteBuffer file =
        ByteBuffer.allocate(8 + json.length + data.length).order(ByteOrder.LITTLE_ENDIAN);
    return bytes(file.putLong(json.length).put(json).put(data).array());
  }

  private Path framed(long headerBytes, String header) throws IOException {
    byte[] json = header.getBytes(StandardCharsets.UTF_8);
    ByteBuffer file = ByteBuffer.allocate(8 + json.length).order(ByteOrder.LITTLE_ENDIAN);
    return bytes(file.putLong(headerBytes).put(json).array());
  }

  private Path bytes(byte[] bytes) throws IOException {
    return Files.write(folder.resolve("w.safetensors"), bytes);
  }
}
