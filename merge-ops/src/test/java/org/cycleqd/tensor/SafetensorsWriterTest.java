package org.cycleqd.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SafetensorsWriterTest {

  @TempDir private Path folder;

  @Test
  void widerDtypesComeFirstThenNamesAndDataIsAligned() throws IOException {
    List<TensorSpec> specs =
        List.of(
            TensorSpec.of("b", DType.BF16, 3),
            TensorSpec.of("z", DType.F32, 1),
            TensorSpec.of("a", DType.BF16, 1, 1),
            TensorSpec.of("é", DType.I64));
    Path file = folder.resolve("m.safetensors");
    List<String> asked = new ArrayList<>();
    SafetensorsWriter.write(
        file,
        Map.of("k", "v \" \u00fc"),
        specs,
        (spec, target) -> {
          asked.add(spec.name());
          byte[] bytes = new byte[(int) spec.bytes()];
          Arrays.fill(bytes, (byte) spec.name().codePointAt(0));
          for (int i = bytes.length - 1; i >= 0; i--) {
            target.put(i, MemorySegment.ofArray(bytes).asSlice(i, 1));
          }
        });
    assertThat(asked).containsExactly("b", "z", "a", "é");
    try (SafetensorsFile read = SafetensorsFile.open(file)) {
      assertThat(read.tensors().sequencedKeySet()).containsExactly("é", "z", "a", "b");
      assertThat(read.metadata()).isEqualTo(Map.of("k", "v \" \u00fc"));
      assertThat(read.tensors().values().stream().map(TensorView::spec))
          .containsExactlyInAnyOrderElementsOf(specs);
      TensorView last = Objects.requireNonNull(read.tensors().get("b"));
      assertThat(last.data().toArray(ValueLayout.JAVA_BYTE)).containsOnly('b').hasSize(6);
    }
    assertThat(Files.size(file) % 8).isEqualTo((8 + 4 + 2 + 6) % 8);
  }

  @Test
  void writtenTensorsAreReadBackBitForBit() throws IOException {
    short[] bits = new short[1 << 16];
    for (int i = 0; i < bits.length; i++) {
      bits[i] = (short) i;
    }
    MemorySegment bytes =
        MemorySegment.ofArray(new byte[2 * bits.length]).copyFrom(MemorySegment.ofArray(bits));
    for (DType dtype : List.of(DType.BF16, DType.F16)) {
      Path file = folder.resolve(dtype + ".safetensors");
      SafetensorsWriter.write(
          file,
          SafetensorsWriter.PYTORCH,
          List.of(TensorSpec.of("w", dtype, 256, 256)),
          (spec, target) -> target.put(0, bytes));
      try (SafetensorsFile read = SafetensorsFile.open(file)) {
        TensorView view = Objects.requireNonNull(read.tensors().get("w"));
        assertThat(view.data().toArray(ValueLayout.JAVA_SHORT_UNALIGNED)).isEqualTo(bits);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"a_mha", "e_head_dim", "g_bf16"})
  void copiesOfAReferenceFileAreTheSameBytes(String name) throws IOException {
    Path reference =
        Path.of(System.getProperty("cycleqd.root"))
            .resolve("../shared/golden/llama/" + name + "/model.safetensors");
    Assumptions.assumeTrue(Files.isRegularFile(reference), "golden Llama files are not here");
    Path copy = folder.resolve("copy.safetensors");
    try (SafetensorsFile file = SafetensorsFile.open(reference)) {
      List<TensorSpec> specs = file.tensors().values().stream().map(TensorView::spec).toList();
      SafetensorsWriter.write(
          copy, file.metadata(), specs.reversed(), TensorSource.ofViews(file.tensors()));
    }
    assertThat(Files.mismatch(reference, copy)).isEqualTo(-1);
  }

  @Test
  void aTensorThatIsNotCompleteIsRefused() {
    Path file = folder.resolve("m.safetensors");
    assertThatThrownBy(() ->
            SafetensorsWriter.write(
                file, Map.of(), List.of(TensorSpec.of("w", DType.BF16, 2)), (spec, target) -> {}))
        .hasMessage("tensor w: found 0 bytes, expected 4 for BF16 [2]");
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void severalFilesCanBeOpenAndTensorsComeInAnyOrder() throws IOException {
    List<TensorSpec> specs =
        List.of(TensorSpec.of("a", DType.F32, 2), TensorSpec.of("b", DType.BF16, 3));
    TensorSource source = TensorSource.ofFloats(name -> new float[name.equals("a") ? 2 : 3]);
    Path single = folder.resolve("single");
    SafetensorsWriter.write(single, Map.of(), specs, source);
    try (SafetensorsOutput one = SafetensorsOutput.open(folder.resolve("one"), Map.of(), specs);
        SafetensorsOutput two = SafetensorsOutput.open(folder.resolve("two"), Map.of(), specs)) {
      one.write(specs.get(1), source);
      two.write(specs.get(0), source);
      assertThatThrownBy(two::commit)
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("two: tensors are missing: ");
      assertThatThrownBy(() -> two.write(specs.get(0), source))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("two: tensor a: found F32 [2], expected one of the file's");
      one.write(specs.get(0), source);
      one.commit();
    }
    assertThat(Files.mismatch(single, folder.resolve("one"))).isEqualTo(-1);
    assertThat(Files.size(single)).isEqualTo(SafetensorsOutput.fileBytes(Map.of(), specs));
    assertThat(names()).containsExactlyInAnyOrder("single", "one");
  }

  @Test
  void aTensorCannotBeWrittenBeyondItsPlace() throws IOException {
    List<TensorSpec> specs =
        List.of(TensorSpec.of("a", DType.U8, 4), TensorSpec.of("b", DType.U8, 4));
    MemorySegment three = MemorySegment.ofArray(new byte[3]);
    for (long offset : new long[] {2, -1, Long.MAX_VALUE, Long.MIN_VALUE}) {
      assertThatThrownBy(() ->
              SafetensorsWriter.write(
                  folder.resolve("m"),
                  Map.of(),
                  specs,
                  (spec, target) -> target.put(offset, three)))
          .isInstanceOf(IndexOutOfBoundsException.class)
          .hasMessageContaining("tensor a: found bytes " + offset + " to ");
    }
    assertThat(names()).isEmpty();
  }

  @Test
  void aFailingSourceLeavesTheOldFileAndNothingElse() throws IOException {
    Path file = Files.writeString(folder.resolve("m.safetensors"), "old");
    List<TensorSpec> specs = List.of(TensorSpec.of("w", DType.F32, 2));
    TensorSource failing =
        (spec, target) -> {
          throw new IOException("no weights for " + spec.name());
        };
    assertThatThrownBy(() -> SafetensorsWriter.write(file, Map.of(), specs, failing))
        .hasMessage("no weights for w");
    assertThat(file).hasContent("old");
    try (Stream<Path> left = Files.list(folder)) {
      assertThat(left).containsExactly(file);
    }
  }

  @Test
  void repeatedAndReservedNamesAreRefused() {
    TensorSpec spec = TensorSpec.of("w", DType.F32, 2);
    assertThatThrownBy(() ->
            SafetensorsWriter.write(
                folder.resolve("m"), Map.of(), List.of(spec, spec), (s, target) -> {}))
        .hasMessageContaining("tensor w: found a reserved or repeated name");
    TensorSpec reserved = TensorSpec.of("__metadata__", DType.F32, 2);
    assertThatThrownBy(() ->
            SafetensorsWriter.write(
                folder.resolve("m"), Map.of(), List.of(reserved), (s, target) -> {}))
        .hasMessageContaining("tensor __metadata__: found a reserved");
    assertThat(folder).isEmptyDirectory();
  }

  private List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> Objects.requireNonNull(file.getFileName()).toString()).toList();
    }
  }
}
