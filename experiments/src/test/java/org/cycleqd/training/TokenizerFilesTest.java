package org.cycleqd.training;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.cycleqd.lm.text.Tokenizer;
import org.cycleqd.random.Draws;
import org.cycleqd.training.BytePairTrainer.Merge;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What is written here, read by Hugging Face's tokenizers. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TokenizerFilesTest {

  private static final List<String> TEXTS =
      List.of(
          "def add(first, second): return first + second",
          "SELECT name FROM users WHERE age >= 18 AND name != 'Bob';",
          "ls -la /home/user/files && cat notes_2024.txt",
          "if (x == 10) { return x * 2; } else { return first; }",
          "the cat and the hat and the mat; the end and the start");

  private static final List<Merge> MERGES = BytePairTrainer.learn(TEXTS, 60);
  private static final List<String> VOCABULARY = TokenizerFiles.vocabulary(MERGES);

  private Tokenizer tokenizer;

  @BeforeAll
  void parse() {
    tokenizer = Tokenizer.parse(TokenizerFiles.tokenizer(MERGES));
  }

  @AfterAll
  void close() {
    tokenizer.close();
  }

  @Test
  void theVocabularyIsSpecialTokensThenCharactersThenMerges() {
    assertThat(VOCABULARY).startsWith("<pad>", "<s>", "</s>", "<unk>", "Ġ", "!", "\"");
    assertThat(VOCABULARY.get(TokenizerFiles.alphabet() - 1)).isEqualTo("~");
    assertThat(VOCABULARY)
        .doesNotHaveDuplicates()
        .endsWith(MERGES.getLast().joined())
        .hasSize(TokenizerFiles.alphabet() + MERGES.size())
        .hasSizeGreaterThan(TokenizerFiles.alphabet() + 20);
  }

  @Test
  void everyAsciiTextComesBack() {
    List<String> texts = new ArrayList<>(TEXTS);
    texts.add(ascii());
    texts.addAll(randomTexts(300));
    texts.addAll(
        List.of("", " ", "   ", " a", "a ", "  a  b  ", "don't  , stop . [ x ]", "a  1  1"));
    for (String text : texts) {
      assertThat(tokenizer.decode(tokenizer.encode(text))).isEqualTo(text);
    }
  }

  @Test
  void encodesAsTheMergesSay() {
    for (String text : randomTexts(300)) {
      assertThat(tokenizer.encode(text)).as(text).containsExactly(encode(text));
    }
    for (String text : TEXTS) {
      assertThat(tokenizer.encode(text)).as(text).containsExactly(encode(text));
      assertThat(tokenizer.encode(text).length).isLessThan(text.length());
    }
  }

  @Test
  void digitsStaySingleButForASpace() {
    assertThat(words("2024 10 18")).containsExactly("2", "0", "2", "4", "Ġ1", "0", "Ġ1", "8");
    assertThat(VOCABULARY).noneMatch(word -> word.matches(".*[0-9].+"));
  }

  @Test
  void noSpecialTokensAreAdded() {
    assertThat(Arrays.stream(tokenizer.encode("the end")))
        .isNotEmpty()
        .allMatch(id -> id >= TokenizerFiles.SPECIAL.size());
    assertThat(tokenizer.encode("")).isEmpty();
  }

  @Test
  void specialTokensAreRecognisedAndLeftOutOfText() {
    assertThat(tokenizer.encodeWithSpecial("<s>a</s><pad><unk>"))
        .containsExactly(1, id("a"), 2, 0, 3);
    assertThat(tokenizer.decode(new int[] {1, id("a"), 2, 0})).isEqualTo("a");
  }

  /** The bytes of UTF-8 have no tokens of their own. */
  @Test
  void otherCharactersAreUnknown() {
    assertThat(tokenizer.encode("é")).containsExactly(3, 3);
    assertThat(tokenizer.encode("aéb")).containsExactly(id("a"), 3, 3, id("b"));
    assertThat(tokenizer.encode("a\nb\t")).containsExactly(id("a"), 3, id("b"), 3);
    assertThat(tokenizer.encode("Ġ")).containsExactly(3, 3);
    assertThat(tokenizer.encode("😀")).containsExactly(3, 3, 3, 3);
  }

  /** Two ways of merging the same text share an entry; foreign characters get none. */
  @Test
  void strangeTrainingTextsMakeAValidFile() {
    List<String> texts = List.of("abc abc bc bc ab ab", "«é» «é» ŁŁŁŁ", "<pad> <pad> <s></s>");
    List<Merge> merges = BytePairTrainer.learn(texts, 100);
    try (Tokenizer strange = Tokenizer.parse(TokenizerFiles.tokenizer(merges))) {
      assertThat(strange.decode(strange.encode("abc < pad >"))).isEqualTo("abc < pad >");
      assertThat(strange.encodeWithSpecial("<pad>")).containsExactly(0);
    }
    List<Merge> twice =
        List.of(
            new Merge("a", "b"), new Merge("b", "c"), new Merge("ab", "c"), new Merge("a", "bc"));
    assertThat(TokenizerFiles.vocabulary(twice)).hasSize(TokenizerFiles.alphabet() + 3);
    try (Tokenizer both = Tokenizer.parse(TokenizerFiles.tokenizer(twice))) {
      assertThat(both.encode("abc")).containsExactly(TokenizerFiles.alphabet() + 2);
    }
  }

  @Test
  void theSettingsNameTheSpecialTokens() throws IOException {
    ObjectMapper json = new ObjectMapper();
    assertThat(json.readTree(TokenizerFiles.settings(256)).get("model_max_length").asInt())
        .isEqualTo(256);
    for (String text : List.of(TokenizerFiles.settings(256), TokenizerFiles.specialTokens())) {
      assertThat(json.readTree(text).get("bos_token").asText()).isEqualTo("<s>");
      assertThat(json.readTree(text).get("eos_token").asText()).isEqualTo("</s>");
      assertThat(json.readTree(text).get("pad_token").asText()).isEqualTo("<pad>");
      assertThat(json.readTree(text).get("unk_token").asText()).isEqualTo("<unk>");
    }
  }

  private static int id(String word) {
    return VOCABULARY.indexOf(word);
  }

  private List<String> words(String text) {
    return Arrays.stream(tokenizer.encode(text)).mapToObj(VOCABULARY::get).toList();
  }

  private static String ascii() {
    return IntStream.rangeClosed(' ', '~')
        .mapToObj(Character::toString)
        .collect(Collectors.joining());
  }

  /** Half characters, half words of the training texts. */
  private static List<String> randomTexts(int count) {
    List<String> words =
        TEXTS.stream().flatMap(text -> Arrays.stream(text.split(" ", -1))).toList();
    List<String> texts = new ArrayList<>();
    for (int number = 0; number < count; number++) {
      Draws draws = Draws.at(3, number);
      StringBuilder text = new StringBuilder();
      for (int i = 0; i < 30; i++) {
        if (draws.child("kind").below(i, 2) == 0) {
          text.append((char) (' ' + draws.below(i, '~' - ' ' + 1)));
        } else {
          text.append(' ').append(words.get(draws.below(i, words.size())));
        }
      }
      texts.add(text.toString());
    }
    return texts;
  }

  /** Applies the merges one after the other to each piece, in the order they were learned. */
  private static int[] encode(String text) {
    List<Integer> ids = new ArrayList<>();
    Matcher piece = Pattern.compile(BytePairTrainer.SPLIT).matcher(text);
    while (piece.find()) {
      List<String> symbols =
          new ArrayList<>(
              piece.group().replace(' ', 'Ġ').chars().mapToObj(Character::toString).toList());
      for (Merge merge : MERGES) {
        for (int i = 0; i + 1 < symbols.size(); i++) {
          if (symbols.get(i).equals(merge.left()) && symbols.get(i + 1).equals(merge.right())) {
            symbols.set(i, merge.joined());
            symbols.remove(i + 1);
          }
        }
      }
      symbols.forEach(symbol -> ids.add(id(symbol)));
    }
    return ids.stream().mapToInt(Integer::intValue).toArray();
  }
}
