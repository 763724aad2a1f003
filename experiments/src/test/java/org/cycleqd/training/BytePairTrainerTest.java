package org.cycleqd.training;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.cycleqd.training.BytePairTrainer.Merge;
import org.junit.jupiter.api.Test;

class BytePairTrainerTest {

  @Test
  void mergesTheMostFrequentPairFirst() {
    // "ab" twice and " ab" twice: a+b four times, then the space before it.
    assertThat(BytePairTrainer.learn(List.of("ab ab ab", "ab"), 10))
        .containsExactly(new Merge("a", "b"), new Merge("Ġ", "ab"));
  }

  @Test
  void tiesGoToTheSmallerPair() {
    // "cd" twice, " ab" twice, " cd" once.
    assertThat(BytePairTrainer.learn(List.of("cd ab cd ab", "cd"), 10))
        .startsWith(new Merge("c", "d"), new Merge("a", "b"), new Merge("Ġ", "ab"));
    assertThat(BytePairTrainer.learn(List.of("cd ab", "cd ab"), 10))
        .containsExactly(new Merge("a", "b"), new Merge("c", "d"), new Merge("Ġ", "ab"));
    assertThat(BytePairTrainer.learn(List.of("ba bc", "bc ba"), 1))
        .containsExactly(new Merge("b", "a"));
  }

  @Test
  void theOrderOfTheTextsDoesNotMatter() {
    List<String> texts = List.of("the cat sat", "on the mat", "the hat of that cat", "a tan ant");
    assertThat(BytePairTrainer.learn(texts.reversed(), 20))
        .isEqualTo(BytePairTrainer.learn(texts, 20))
        .hasSizeGreaterThan(5);
  }

  @Test
  void mergesFromTheLeftWithoutOverlap() {
    assertThat(BytePairTrainer.learn(List.of("aaaaa", "aaaaa"), 10))
        .containsExactly(new Merge("a", "a"), new Merge("aa", "a"), new Merge("aa", "aaa"));
  }

  @Test
  void stopsAtTheNumberWantedOrWhenNothingRepeats() {
    assertThat(BytePairTrainer.learn(List.of("aaaaa", "aaaaa"), 2)).hasSize(2);
    assertThat(BytePairTrainer.learn(List.of("aaaaa", "aaaaa"), 0)).isEmpty();
    assertThat(BytePairTrainer.learn(List.of("abcdef"), 10)).isEmpty();
    assertThat(BytePairTrainer.learn(List.of(), 10)).isEmpty();
  }

  @Test
  void digitsStaySingleAndKindsOfCharactersApart() {
    List<String> texts = List.of("f(12) = 12;", "f(12) = 12;", "f(12) = 12;", "f(12) = 12;");
    assertThat(BytePairTrainer.learn(texts, 20))
        .containsExactly(new Merge("Ġ", "1"), new Merge("Ġ", "="));
  }

  @Test
  void otherThanPrintableAsciiIsLeftOut() {
    List<String> texts = List.of("ab\n\nab\t\t«é» ab", "ab\n\nab\t\t«é»");
    assertThat(BytePairTrainer.learn(texts, 20)).containsExactly(new Merge("a", "b"));
  }
}
