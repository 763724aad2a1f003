package org.cycleqd.lm.text;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TokenizerVectorsTest {

  private static final Map<Vectors, Integer> COUNTS =
      Map.of(Vectors.GPT2, 46, Vectors.MISTRAL, 47, Vectors.STORIES, 6, Vectors.BABYLLAMA, 5);

  @TempDir private Path folder;

  @ParameterizedTest
  @EnumSource
  void idsAreThoseOfTheVocabularysOwnTokenizer(Vectors vectors) throws IOException {
    try (Tokenizer tokenizer = vectors.tokenizer()) {
      List<Vectors.Vector> all = vectors.all();
      assertThat(all).hasSize(Objects.requireNonNull(COUNTS.get(vectors)));
      assertThat(all)
          .allSatisfy(vector ->
              assertThat(tokenizer.encode(vector.text()))
                  .as(vector.text())
                  .containsExactly(vector.ids()));
    }
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "BABYLLAMA")
  void textsComeBack(Vectors vectors) throws IOException {
    try (Tokenizer tokenizer = vectors.tokenizer()) {
      assertThat(vectors.all())
          .allSatisfy(vector ->
              assertThat(tokenizer.decode(tokenizer.encode(vector.text())))
                  .isEqualTo(vector.text()));
      String hard = "a \u0000\u0001\u007f\u00a0é𝄞\u200b\ufeff  \r\n\t z";
      assertThat(tokenizer.decode(tokenizer.encode(hard))).isEqualTo(hard);
    }
  }

  @Test
  void piecesAndDecodedTextsAreSentencePieces() throws IOException {
    try (Tokenizer tokenizer = Vectors.MISTRAL.tokenizer()) {
      assertThat(Vectors.MISTRAL.rows())
          .allSatisfy(row -> {
            int[] ids = Vectors.elements(row.get("ids")).mapToInt(JsonNode::intValue).toArray();
            assertThat(IntStream.of(ids).mapToObj(tokenizer::piece))
                .containsExactlyElementsOf(
                    Vectors.elements(row.get("pieces")).map(JsonNode::textValue).toList());
            assertThat(tokenizer.decode(ids)).isEqualTo(row.get("decoded").textValue());
          });
    }
  }

  @ParameterizedTest
  @EnumSource
  void aStreamOfTokensGivesTheWholeTextAndWholeCharacters(Vectors vectors) throws IOException {
    try (Tokenizer tokenizer = vectors.tokenizer()) {
      for (Vectors.Vector vector : vectors.all()) {
        String whole = tokenizer.decode(vector.ids());
        StreamDecoder stream = tokenizer.stream(true);
        StringBuilder text = new StringBuilder();
        for (int id : vector.ids()) {
          String part = stream.push(id);
          assertThat(part).doesNotContain("\ufffd");
          assertThat(part.chars().filter(c -> Character.isSurrogate((char) c)).count()).isEven();
          text.append(part);
          assertThat(whole).startsWith(text.toString());
        }
        assertThat(stream.finish()).isEmpty();
        assertThat(text.toString()).isEqualTo(whole);
      }
    }
  }

  /** What ends in the middle of a character says so at its end, and only there. */
  @ParameterizedTest
  @EnumSource
  void aTextMayEndAnywhere(Vectors vectors) throws IOException {
    try (Tokenizer tokenizer = vectors.tokenizer()) {
      for (Vectors.Vector vector : vectors.all()) {
        String whole = tokenizer.decode(vector.ids());
        for (int cut = 0; cut <= vector.ids().length; cut++) {
          String part = tokenizer.decode(Arrays.copyOf(vector.ids(), cut));
          assertThat(whole).startsWith(part.replaceFirst("\ufffd+$", ""));
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void noTextIsTooLong(Vectors vectors) throws IOException {
    try (Tokenizer tokenizer = vectors.tokenizer()) {
      String once = "The cat sat on the mat. ";
      int[] ids = tokenizer.encode(once.repeat(20_000) + "end");
      assertThat(tokenizer.decode(ids)).isEqualTo(once.repeat(20_000) + "end");
    }
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "BABYLLAMA")
  void namesOfSpecialTokensAreTextUnlessTheyAreParsed(Vectors vectors) throws IOException {
    try (Tokenizer tokenizer = vectors.tokenizer()) {
      assertThat(tokenizer.special()).isNotEmpty();
      tokenizer
          .special()
          .forEach((id, name) -> {
            String text = "a " + name + "b" + name;
            int[] plain = tokenizer.encode(text);
            assertThat(tokenizer.decode(plain)).isEqualTo(text);
            assertThat(IntStream.of(plain)).noneMatch(tokenizer.special()::containsKey);
            int[] parsed = tokenizer.encodeWithSpecial(text);
            assertThat(IntStream.of(parsed).filter(i -> i == id).count()).isEqualTo(2);
            assertThat(parsed[parsed.length - 1]).isEqualTo(id);
            assertThat(tokenizer.decode(new int[] {id}, false)).isEqualTo(name);
            assertThat(tokenizer.decode(new int[] {id}, true)).isEmpty();
            assertThat(tokenizer.id(name)).hasValue(id);
          });
    }
  }

  @Test
  void vocabulariesTellWhatTheyHold() throws IOException {
    try (Tokenizer gpt2 = Vectors.GPT2.tokenizer();
        Tokenizer mistral = Vectors.MISTRAL.tokenizer();
        Tokenizer stories = Vectors.STORIES.tokenizer();
        Tokenizer babyllama = Vectors.BABYLLAMA.tokenizer()) {
      assertThat(gpt2.vocabularySize()).isEqualTo(50_257);
      assertThat(gpt2.special()).isEqualTo(Map.of(50_256, "<|endoftext|>"));
      assertThat(mistral.vocabularySize()).isEqualTo(32_768);
      assertThat(mistral.special()).hasSize(751).containsEntry(1, "<s>").containsEntry(3, "[INST]");
      assertThat(mistral.piece(29_473)).isEqualTo("▁");
      assertThat(mistral.id("▁Hello")).hasValue(23_325);
      assertThat(mistral.id("no such piece")).isEmpty();
      assertThat(stories.vocabularySize()).isEqualTo(512);
      assertThat(stories.special()).isEqualTo(Map.of(0, "<unk>", 1, "<s>", 2, "</s>"));
      assertThat(babyllama.vocabularySize()).isEqualTo(105);
    }
  }

  /** Mistral's own encoder puts SentencePiece's space before every part, as Llama 2's does. */
  @Test
  void theSpaceBeforeATextFollowsTheFoldersSettings() throws IOException {
    Path model = Vectors.MISTRAL.file("mistral_instruct_tokenizer_240323.model.v3");
    Vectors.MISTRAL.tokenizer().close();
    Files.copy(model, folder.resolve("tokenizer.model"));
    String text = "<s>[INST] Hello[/INST]Hello</s>";
    assertThat(pieces(text)).isEqualTo("<s> [INST] ▁ ▁Hello [/INST] ▁Hello </s>");
    assertThat(pieces("Hello")).isEqualTo("▁Hello");
    settings("{\"legacy\": true}");
    assertThat(pieces(text)).isEqualTo("<s> [INST] ▁ ▁Hello [/INST] ▁Hello </s>");
    settings("{\"legacy\": false}");
    assertThat(pieces(text)).isEqualTo("<s> [INST] ▁Hello [/INST] Hello </s>");
    assertThat(pieces("Hello<s>Hello")).isEqualTo("▁Hello <s> Hello");
    settings("{\"legacy\": false, \"add_prefix_space\": false}");
    assertThat(pieces("Hello<s>Hello")).isEqualTo("Hello <s> Hello");
    try (Tokenizer tokenizer = Tokenizer.open(folder)) {
      assertThat(tokenizer.decode(tokenizer.encode("Hello"))).isEqualTo("Hello");
    }
  }

  @Test
  void tokensBesideTheVocabularyComeFromTheFoldersSettings() throws IOException {
    Path model = Vectors.MISTRAL.file("mistral_instruct_tokenizer_240323.model.v3");
    Vectors.MISTRAL.tokenizer().close();
    Files.copy(model, folder.resolve("tokenizer.model"));
    settings(
        """
        {"added_tokens_decoder": {
          "1": {"content": "<s>", "special": true},
          "32769": {"content": "<tool>", "special": false},
          "32768": {"content": "<|im_start|>", "special": true, "rstrip": true}}}
        """);
    try (Tokenizer tokenizer = Tokenizer.open(folder)) {
      assertThat(tokenizer.vocabularySize()).isEqualTo(32_770);
      assertThat(tokenizer.encodeWithSpecial("<s><|im_start|> <tool>"))
          .containsExactly(1, 32_768, 32_769);
      assertThat(tokenizer.encode("<tool>")).containsExactly(29_473, 32_769);
      assertThat(tokenizer.encode("<|im_start|>")).doesNotContain(32_768);
    }
    settings("{}");
    Files.writeString(folder.resolve("added_tokens.json"), "{\"<|im_start|>\": 32768}");
    try (Tokenizer tokenizer = Tokenizer.open(folder)) {
      assertThat(tokenizer.encodeWithSpecial("<|im_start|>")).containsExactly(32_768);
    }
  }

  @Test
  void unknownCharactersBecomeOneUnknownPiece() throws IOException {
    try (Tokenizer tokenizer = Vectors.BABYLLAMA.tokenizer()) {
      assertThat(tokenizer.encode("a\n\nb")).containsExactly(3, 5, 0, 23);
      assertThat(tokenizer.decode(new int[] {3, 5, 0, 23})).isEqualTo("ab");
      assertThat(tokenizer.decode(new int[] {3, 5, 0, 23}, false)).isEqualTo("a<unk>b");
      assertThat(tokenizer.encode("  a   b  ")).containsExactly(tokenizer.encode("a b"));
      assertThat(tokenizer.encode("   ")).isEmpty();
    }
  }

  private void settings(String json) throws IOException {
    Files.writeString(folder.resolve("tokenizer_config.json"), json);
  }

  private String pieces(String text) throws IOException {
    List<String> pieces = new ArrayList<>();
    try (Tokenizer tokenizer = Tokenizer.open(folder)) {
      for (int id : tokenizer.encodeWithSpecial(text)) {
        pieces.add(tokenizer.piece(id));
      }
    }
    return pieces.stream().collect(Collectors.joining(" "));
  }
}
