package org.cycleqd.lm.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Small models of all kinds against the library that made them. */
class SentencePieceTest {

  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"bpe", "no-prefix", "unigram", "characters"})
  void idsAndTextsAreSentencePieces(String name) throws IOException {
    List<JsonNode> rows;
    try (InputStream lines = resource(name + ".jsonl")) {
      rows = new ObjectMapper().readerFor(JsonNode.class).<JsonNode>readValues(lines).readAll();
    }
    assertThat(rows).hasSize(113);
    try (Tokenizer tokenizer = Tokenizer.read(model(name))) {
      assertThat(rows)
          .allSatisfy(row -> {
            int[] ids = Vectors.elements(row.get("ids")).mapToInt(JsonNode::intValue).toArray();
            assertThat(tokenizer.encode(row.get("text").textValue())).containsExactly(ids);
            // SentencePiece writes another sign for unknown pieces.
            if (IntStream.of(ids).noneMatch(id -> id == 0)) {
              assertThat(tokenizer.decode(ids)).isEqualTo(row.get("decoded").textValue());
            }
          });
    }
  }

  @Test
  void namesOfBytesAreRefusedWhereTheLibraryWouldTakeThemForBytes() throws IOException {
    try (Tokenizer tokenizer = Tokenizer.read(model("unigram"))) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> tokenizer.encode("a <0x0A>"))
          .withMessage("a text to encode: found <0x0A> at 2, expected text without it");
    }
    try (Tokenizer tokenizer = Tokenizer.read(model("bpe"))) {
      assertThat(tokenizer.decode(tokenizer.encode("a <0x0A>"))).isEqualTo("a <0x0A>");
    }
  }

  @Test
  void brokenModelsAreRefusedByField() throws IOException {
    assertRefused(new byte[] {1, 2, 3}, "found no protocol buffer");
    assertRefused(new byte[0], "pieces: found none, expected a vocabulary");
    assertRefused(edited(type(9)), "pieces.0.type: found 9, expected 1 to 6");
    assertRefused(edited(type(1)), "found 0 unknown pieces, expected one");
    assertRefused(edited(trainer(3, 3)), "model_type: found 3, expected 1 (unigram), 2 (BPE) or 4");
    assertRefused(edited(trainer(24, 1)), "treat_whitespace_as_suffix: found 1, expected 0");
    assertRefused(
        UnknownFieldSet.parseFrom(Files.readAllBytes(model("bpe"))).toBuilder()
            .mergeField(1, field(UnknownFieldSet.newBuilder().mergeField(1, text("<s>"))))
            .build()
            .toByteArray(),
        "found <s> again, expected every piece once");
  }

  @Test
  void brokenVocabulariesOfLlama2cAreRefused() throws IOException {
    Path file = folder.resolve("tok.bin");
    Files.write(file, new byte[] {1, 0, 0, 0, 0, 0});
    assertThatThrownBy(() -> Tokenizer.read(file))
        .isInstanceOf(IOException.class)
        .hasMessage(
            file + ": piece 0: found the end of the file, expected score, length and bytes");
    ByteBuffer buffer = ByteBuffer.allocate(12).order(ByteOrder.LITTLE_ENDIAN);
    Files.write(file, buffer.putInt(7).putFloat(1).putInt(Integer.MAX_VALUE).array());
    assertThatThrownBy(() -> Tokenizer.read(file)).hasMessageContaining("piece 0: found the end");
    Files.write(file, new byte[4]);
    assertThatThrownBy(() -> Tokenizer.read(file))
        .hasMessageContaining("found 0 pieces, expected <unk>, begin, end, 256 bytes and more");
  }

  private void assertRefused(byte[] bytes, String message) throws IOException {
    Path file = folder.resolve("broken.model");
    Files.write(file, bytes);
    assertThatThrownBy(() -> Tokenizer.read(file))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith(file.toString())
        .hasMessageContaining(message);
  }

  /** The BPE model with fields that come after its own and therefore count. */
  private byte[] edited(UnknownFieldSet change) throws IOException {
    UnknownFieldSet model = UnknownFieldSet.parseFrom(Files.readAllBytes(model("bpe")));
    UnknownFieldSet.Builder builder = model.toBuilder();
    change
        .asMap()
        .forEach((number, field) -> {
          List<ByteString> old = model.getField(number).getLengthDelimitedList();
          UnknownFieldSet.Field.Builder merged = UnknownFieldSet.Field.newBuilder();
          merged.addLengthDelimited(
              old.getFirst().concat(field.getLengthDelimitedList().getFirst()));
          old.stream().skip(1).forEach(merged::addLengthDelimited);
          builder.addField(number, merged.build());
        });
    return builder.build().toByteArray();
  }

  /** Another type of the first piece. */
  private static UnknownFieldSet type(long type) {
    return UnknownFieldSet.newBuilder()
        .addField(1, field(UnknownFieldSet.newBuilder().addField(3, number(type))))
        .build();
  }

  private static UnknownFieldSet trainer(int number, long value) {
    return UnknownFieldSet.newBuilder()
        .addField(2, field(UnknownFieldSet.newBuilder().addField(number, number(value))))
        .build();
  }

  private static UnknownFieldSet.Field field(UnknownFieldSet.Builder message) {
    return UnknownFieldSet.Field.newBuilder()
        .addLengthDelimited(message.build().toByteString())
        .build();
  }

  private static UnknownFieldSet.Field number(long value) {
    return UnknownFieldSet.Field.newBuilder().addVarint(value).build();
  }

  private static UnknownFieldSet.Field text(String text) {
    return UnknownFieldSet.Field.newBuilder()
        .addLengthDelimited(ByteString.copyFromUtf8(text))
        .build();
  }

  private Path model(String name) throws IOException {
    Path file = folder.resolve(name + ".model");
    try (InputStream bytes = resource(name + ".model")) {
      Files.write(file, bytes.readAllBytes());
    }
    return file;
  }

  private static InputStream resource(String name) {
    return Objects.requireNonNull(
        SentencePieceTest.class.getResourceAsStream("sentencepiece/" + name), name);
  }
}
