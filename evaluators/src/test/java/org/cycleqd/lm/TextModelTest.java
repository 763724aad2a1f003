package org.cycleqd.lm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import org.cycleqd.lm.text.Tokenizer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TextModelTest {

  /** One token for each of a few characters; it would put the begin token before every text. */
  private static final String CHARACTERS =
      """
      {
        "version": "1.0", "truncation": null, "padding": null, "normalizer": null,
        "added_tokens": [
          {"id": 0, "content": "<s>", "single_word": false, "lstrip": false, "rstrip": false,
           "normalized": false, "special": true},
          {"id": 1, "content": "</s>", "single_word": false, "lstrip": false, "rstrip": false,
           "normalized": false, "special": true}],
        "pre_tokenizer":
          {"type": "Split", "pattern": {"Regex": "."}, "behavior": "Isolated", "invert": false},
        "post_processor":
          {"type": "TemplateProcessing",
           "single": [{"SpecialToken": {"id": "<s>", "type_id": 0}},
                      {"Sequence": {"id": "A", "type_id": 0}}],
           "pair": [{"Sequence": {"id": "A", "type_id": 0}}, {"Sequence": {"id": "B", "type_id": 1}}],
           "special_tokens": {"<s>": {"id": "<s>", "ids": [0], "tokens": ["<s>"]}}},
        "decoder": {"type": "Fuse"},
        "model": {"type": "WordLevel", "unk_token": "?",
          "vocab": {"<s>": 0, "</s>": 1, "?": 2, " ": 3, "a": 4, "b": 5, "c": 6, "=": 7}}
      }
      """;

  /** "=" is followed by " ", then "b", "c" and the end; "a" by itself. */
  private static final int[] NEXT = {2, 2, 2, 5, 4, 6, 1, 3};

  private static final TextModel.Format FORMAT =
      TextModel.Format.of(ChainModel.config(8, List.of(1, 6)));

  @TempDir private Path folder;

  @Test
  void promptsAndAnswersCarrySpecialTokens() {
    try (Tokenizer tokenizer = Tokenizer.parse(CHARACTERS)) {
      assertThat(FORMAT.prompt(tokenizer, "a=")).containsExactly(0, 4, 7);
      assertThat(FORMAT.answer(tokenizer, "bc")).containsExactly(3, 5, 6, 1);
      Request request = FORMAT.request(tokenizer, "a=", "bc");
      assertThat(request.prompt()).containsExactly(0, 4, 7);
      assertThat(request.draft()).containsExactly(3, 5, 6, 1);
      assertThat(FORMAT.request(tokenizer, "a=", "").draft()).isEmpty();
      assertThat(new TextModel.Format(OptionalInt.empty(), 1).prompt(tokenizer, "a"))
          .containsExactly(4);
    }
  }

  @Test
  void aFormatNeedsAnEndToken() {
    assertThat(FORMAT).isEqualTo(new TextModel.Format(OptionalInt.of(0), 1));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TextModel.Format.of(ChainModel.config(8, List.of())))
        .withMessage("eos_token_id: found none, expected an end token");
  }

  private static List<String> texts(List<TextModel.Answered> answers) {
    return answers.stream().map(TextModel.Answered::text).toList();
  }

  @Test
  void answersUpToTheEnd() {
    try (Tokenizer tokenizer = Tokenizer.parse(CHARACTERS);
        ChainModel chain = ChainModel.of(16, NEXT)) {
      TextModel model = new TextModel(chain.model(), tokenizer);
      List<Request> requests =
          List.of(
              FORMAT.request(tokenizer, "a=", ""),
              FORMAT.request(tokenizer, "a=", "bc"),
              FORMAT.request(tokenizer, "aaa=", "b"),
              FORMAT.request(tokenizer, "aa", ""));
      assertThat(texts(model.answers(requests, new Decoding(6, 8, Set.of(1)))))
          .containsExactly("bc", "bc", "bc", "aaaaaa");
      assertThat(texts(model.answers(requests, new Decoding(6, 8, Set.of(1, 5)))))
          .containsExactly("b", "b", "b", "aaaaaa");
      assertThat(texts(model.answers(requests, new Decoding(2, 8, Set.of(1)))))
          .containsExactly("b", "b", "b", "aa");
    }
  }

  @Test
  void theTokenizerAddsNothing() {
    try (Tokenizer tokenizer = Tokenizer.parse(CHARACTERS)) {
      assertThat(tokenizer.encode("a b")).containsExactly(4, 3, 5);
      assertThat(tokenizer.encode("")).isEmpty();
      assertThat(tokenizer.encode("ax")).containsExactly(4, 2);
      assertThat(tokenizer.encode("a".repeat(5000))).hasSize(5000).containsOnly(4);
      assertThat(tokenizer.decode(new int[] {0, 4, 3, 5, 1})).isEqualTo("a b");
    }
  }

  @Test
  void aFolderWithoutATokenizerIsRefused() throws IOException {
    assertThatThrownBy(() -> Tokenizer.open(folder))
        .isInstanceOf(NoSuchFileException.class)
        .hasMessageContaining(folder.resolve("tokenizer.json").toString());
    Files.writeString(folder.resolve("tokenizer.json"), "{\"version\": 7}");
    assertThatThrownBy(() -> Tokenizer.open(folder))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(folder.resolve("tokenizer.json").toString());
    Files.writeString(folder.resolve("tokenizer.json"), CHARACTERS);
    try (Tokenizer tokenizer = Tokenizer.open(folder)) {
      assertThat(tokenizer.encode("a=")).containsExactly(4, 7);
    }
  }
}
