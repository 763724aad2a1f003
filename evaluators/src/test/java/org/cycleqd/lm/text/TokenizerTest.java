package org.cycleqd.lm.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TokenizerTest {

  /** Byte-level pieces with tokens beside them: one special, one not, which comes after it. */
  private static final String BYTES =
      """
      {
        "version": "1.0",
        "truncation": {"direction": "Right", "max_length": 2, "strategy": "LongestFirst", "stride": 0},
        "padding": {"strategy": {"Fixed": 8}, "direction": "Right", "pad_to_multiple_of": null,
          "pad_id": 0, "pad_type_id": 0, "pad_token": "a"},
        "added_tokens": [
          {"id": 12, "content": "<|end|>", "single_word": false, "lstrip": false, "rstrip": false,
           "normalized": false, "special": true},
          {"id": 13, "content": "<tool>", "single_word": false, "lstrip": false, "rstrip": false,
           "normalized": false, "special": false}],
        "normalizer": null,
        "pre_tokenizer":
          {"type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true, "use_regex": true},
        "post_processor":
          {"type": "TemplateProcessing",
           "single": [{"SpecialToken": {"id": "<|end|>", "type_id": 0}},
                      {"Sequence": {"id": "A", "type_id": 0}}],
           "pair": [{"Sequence": {"id": "A", "type_id": 0}}, {"Sequence": {"id": "B", "type_id": 1}}],
           "special_tokens": {"<|end|>": {"id": "<|end|>", "ids": [12], "tokens": ["<|end|>"]}}},
        "decoder":
          {"type": "ByteLevel", "add_prefix_space": true, "trim_offsets": true, "use_regex": true},
        "model": {"type": "BPE", "dropout": null, "unk_token": null, "ignore_merges": true,
          "vocab": {"a": 0, "b": 1, "Ġ": 2, "<": 3, ">": 4, "|": 5, "e": 6, "n": 7, "d": 8,
            "ab": 9, "Ã": 10, "©": 11},
          "merges": ["a b"]}
      }
      """;

  @TempDir private Path folder;

  @Test
  void nothingIsAddedCutOrPaddedWhateverTheFileSays() {
    try (Tokenizer tokenizer = Tokenizer.parse(BYTES)) {
      assertThat(tokenizer.encode("ab ab")).containsExactly(9, 2, 9);
      assertThat(tokenizer.encodeWithSpecial("ab ab")).containsExactly(9, 2, 9);
      assertThat(tokenizer.encode("a".repeat(1000))).hasSize(1000).containsOnly(0);
      assertThat(tokenizer.encode("")).isEmpty();
      assertThat(tokenizer.encodeWithSpecial("")).isEmpty();
    }
  }

  @Test
  void onlyParsedTextHasSpecialTokens() {
    try (Tokenizer tokenizer = Tokenizer.parse(BYTES)) {
      assertThat(tokenizer.special()).isEqualTo(Map.of(12, "<|end|>"));
      assertThat(tokenizer.encodeWithSpecial("a<|end|><tool>b")).containsExactly(0, 12, 13, 1);
      assertThat(tokenizer.encode("a<|end|><tool>b"))
          .containsExactly(0, 3, 5, 6, 7, 8, 5, 4, 13, 1);
      assertThat(tokenizer.decode(new int[] {0, 12, 13, 1})).isEqualTo("a<tool>b");
      assertThat(tokenizer.decode(new int[] {0, 12, 13, 1}, false)).isEqualTo("a<|end|><tool>b");
      assertThatIllegalArgumentException()
          .isThrownBy(() -> tokenizer.encode("a\ufdd0\ufdd1<|end|>"))
          .withMessageContaining("found \\ufdd0\\ufdd1 at 1, expected text without it");
    }
  }

  @Test
  void whatIsNoTextIsRefused() {
    try (Tokenizer tokenizer = Tokenizer.parse(BYTES)) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> tokenizer.encode("ab\ud83d"))
          .withMessage(
              "a text to encode: found half a character (d83d) at 2, expected Unicode text");
      assertThatIllegalArgumentException().isThrownBy(() -> tokenizer.encodeWithSpecial("\ude00"));
      assertThatIllegalArgumentException()
          .isThrownBy(() -> tokenizer.decode(new int[] {14}))
          .withMessage(
              "tokenizer.json: found token id 14, expected one of the 14 ids of the vocabulary");
      assertThatIllegalArgumentException().isThrownBy(() -> tokenizer.piece(-1));
    }
  }

  @Test
  void aStreamHoldsBackHalfCharactersAndShowsBrokenOnes() {
    try (Tokenizer tokenizer = Tokenizer.parse(BYTES)) {
      StreamDecoder stream = tokenizer.stream(true);
      assertThat(stream.push(0)).isEqualTo("a");
      assertThat(stream.push(10)).isEmpty();
      assertThat(stream.push(12)).isEmpty();
      assertThat(stream.push(11)).isEqualTo("é");
      assertThat(stream.push(10)).isEmpty();
      assertThat(stream.push(0)).isEqualTo("\ufffda");
      assertThat(stream.push(11)).isEqualTo("\ufffd");
      assertThat(stream.push(10)).isEmpty();
      assertThat(stream.finish()).isEqualTo("\ufffd");
      assertThat(tokenizer.decode(new int[] {0, 10, 12, 11, 10, 0, 11, 10}))
          .isEqualTo("aé\ufffda\ufffd\ufffd");
    }
  }

  /** Llama's decoder strips one space; Metaspace strips the marks of the first piece. */
  @Test
  void spacesAtTheBeginningFollowTheDecoder() {
    String llama =
        """
        {"type": "Sequence", "decoders": [
          {"type": "Replace", "pattern": {"String": "▁"}, "content": " "},
          {"type": "ByteFallback"}, {"type": "Fuse"},
          {"type": "Strip", "content": " ", "start": 1, "stop": 0}]}
        """;
    String metaspace =
        """
        {"type": "Metaspace", "replacement": "▁", "prepend_scheme": "first", "split": false}
        """;
    assertThat(decoded(llama, 0, 1, 2)).isEqualTo(" a b");
    assertThat(decoded(llama, 1, 2)).isEqualTo("a b");
    assertThat(decoded(llama, 2, 3, 4)).isEqualTo("b\n\ufffd");
    assertThat(decoded(metaspace, 0, 1, 2)).isEqualTo(" a b");
    assertThat(decoded(metaspace, 1, 2)).isEqualTo("a b");
    assertThat(decoded(metaspace.replace("first", "never"), 1, 2)).isEqualTo(" a b");
    assertThat(decoded("{\"type\": \"Fuse\"}", 1, 2)).isEqualTo("▁a▁b");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Tokenizer.parse(words("{\"type\": \"WordPiece\", \"prefix\": \"#\"}")))
        .withMessageContaining("decoder: found {\"type\":\"WordPiece\"")
        .withMessageContaining("expected ByteLevel, Metaspace, or a sequence of Replace");
  }

  @Test
  void brokenDefinitionsAreRefusedByField() throws IOException {
    assertRefused("{\"version\": 7", "found malformed JSON");
    assertRefused("[]", "found ARRAY, expected an object");
    assertRefused("{}", "model.vocab: found MISSING, expected an object or a list");
    assertRefused("{\"model\": 1, \"model\": 2}", "found malformed JSON (Duplicate field 'model')");
    assertRefused(BYTES.replace("\"id\": 12", "\"id\": -1"), "the id of token <|end|>: found -1");
    assertRefused(BYTES.replace("\"id\": 12", "\"id\": 2000000000"), "found 2000000000, expected");
    assertRefused(
        BYTES.replace("\"id\": 12", "\"id\": 14"), "added_tokens: found id 14 for <|end|>");
    assertRefused(BYTES.replace("\"a\": 0", "\"a\": \"0\""), "the id of token a: found \"0\"");
    assertRefused(BYTES.replace("\"content\": \"<|end|>\"", "\"content\": \"\""), "content: found");
    assertRefused(BYTES.replace("a b\"]", "a x\"]"), "not a tokenizer: ");
    assertRefused(BYTES.replace("\"BPE\"", "\"Guess\""), "not a tokenizer: ");
    assertRefused(
        BYTES.replace("\"dropout\": null", "\"dropout\": 0.1"),
        "model.dropout: found 0.1, expected");
    Path file = folder.resolve("tokenizer.json");
    Files.write(file, new byte[] {'{', (byte) 0xff});
    assertThatThrownBy(() -> Tokenizer.open(folder))
        .isInstanceOf(IOException.class)
        .hasMessage(file + ": found malformed UTF-8, expected UTF-8");
  }

  /** Each of these ends the process when the library reads it. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "010203",
        "000000000000",
        "ffffff7f0000",
        "05000000010203040506",
        "0400000000000000ff00",
        "08000000ffffffffffffffff4142",
        "080000000000000000000000"
      })
  void brokenNormalisationsAreRefused(String bytes) {
    String map = Base64.getEncoder().encodeToString(HexFormat.of().parseHex(bytes));
    String json =
        BYTES.replace(
            "\"normalizer\": null",
            """
            "normalizer": {"type": "Sequence", "normalizers": [
              {"type": "Precompiled", "precompiled_charsmap": "%s"}]}
            """
                .formatted(map));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Tokenizer.parse(json))
        .withMessage(
            "tokenizer.json: precompiled_charsmap: found a broken map, expected SentencePiece's");
  }

  @Test
  void aTextBeyondTheVocabularyIsRefusedByName() {
    try (Tokenizer tokenizer =
        Tokenizer.parse(words("{\"type\": \"Fuse\"}").replace("\"▁\",", "\"none\","))) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> tokenizer.encode("z"))
          .withMessageStartingWith("tokenizer.json: a text to encode: found what the vocabulary");
    }
  }

  @Test
  void theDefinitionComesBeforeThePiecesAndThePiecesBeforeTheMerges() throws IOException {
    assertThatThrownBy(() -> Tokenizer.open(folder))
        .isInstanceOf(NoSuchFileException.class)
        .hasMessageContaining("no tokenizer.json, tokenizer.model or vocab.json with merges.txt");
    Files.writeString(folder.resolve("vocab.json"), "{\"a\": 0, \"b\": 1, \"ab\": 2}");
    assertThatThrownBy(() -> Tokenizer.open(folder)).isInstanceOf(NoSuchFileException.class);
    Files.writeString(folder.resolve("merges.txt"), "#version: 0.2\na b\n");
    try (Tokenizer tokenizer = Tokenizer.open(folder)) {
      assertThat(tokenizer.encode("aba")).containsExactly(2, 0);
    }
    Files.write(folder.resolve("tokenizer.model"), new byte[] {7});
    assertThatThrownBy(() -> Tokenizer.open(folder)).hasMessageContaining("tokenizer.model");
    Files.writeString(folder.resolve("tokenizer.json"), BYTES, StandardCharsets.UTF_8);
    try (Tokenizer tokenizer = Tokenizer.open(folder)) {
      assertThat(tokenizer.encode("aba")).containsExactly(9, 0);
    }
  }

  @Test
  void mergesAreTakenOnlyWhereTheyMeanGpt2sWords() throws IOException {
    Files.writeString(folder.resolve("vocab.json"), "{\"a\": 0, \"b\": 1, \"ab\": 2}");
    Files.writeString(folder.resolve("merges.txt"), "a b\na  b\n");
    assertThatThrownBy(() -> Tokenizer.open(folder))
        .isInstanceOf(IOException.class)
        .hasMessage(
            folder.resolve("merges.txt")
                + ": line 2: found a  b, expected two pieces with a space between them");
    Files.writeString(
        folder.resolve("tokenizer_config.json"), "{\"tokenizer_class\": \"Qwen2Tokenizer\"}");
    assertThatThrownBy(() -> Tokenizer.open(folder))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("tokenizer_class: found Qwen2Tokenizer, expected one of [GPT2Token");
  }

  private void assertRefused(String json, String message) throws IOException {
    Path file = folder.resolve("tokenizer.json");
    Files.writeString(file, json);
    assertThatThrownBy(() -> Tokenizer.open(folder))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith(file.toString())
        .hasMessageContaining(message);
  }

  private static String decoded(String decoder, int... ids) {
    try (Tokenizer tokenizer = Tokenizer.parse(words(decoder))) {
      return tokenizer.decode(ids);
    }
  }

  private static String words(String decoder) {
    return """
    {"version": "1.0", "added_tokens": [], "normalizer": null, "pre_tokenizer": null,
     "decoder": %s,
     "model": {"type": "WordLevel", "unk_token": "▁",
       "vocab": {"▁": 0, "▁a": 1, "▁b": 2, "<0x0A>": 3, "<0xC3>": 4}}}
    """
        .formatted(decoder);
  }
}
