package org.cycleqd.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class ConfidentArchiveTest {

  private record Items(String digits) implements ItemVector {

    @Override
    public int size() {
      return digits.length();
    }

    @Override
    public double get(int item) {
      return digits.charAt(item) - '0';
    }
  }

  private static Elite elite(int number, String digits) {
    double score = digits.chars().filter(digit -> digit == '1').count() / (double) digits.length();
    Items items = new Items(digits);
    return new Elite(number, List.of(score, 0.5), List.of(items, items));
  }

  private static Archive archive(double level) {
    return Archive.of(
        0, "a", new Grid(List.of(Axis.of("b", 0, 1, 2))), new AddRule.Confident(level));
  }

  /** Binomial tails by hand: of 5 differing items all 5 favour it with probability 1/32. */
  @Test
  void theSignTestCountsDifferingItems() {
    assertThat(SignTest.probability(new Items("111110"), new Items("000000")))
        .isCloseTo(1 / 32.0, within(1e-12));
    assertThat(SignTest.probability(new Items("11110"), new Items("00001")))
        .isCloseTo(6 / 32.0, within(1e-12));
    assertThat(SignTest.probability(new Items("11"), new Items("11"))).isEqualTo(1);
    assertThat(SignTest.probability(new Items("11111"), new Items("000001111111")))
        .as("only the first items are common")
        .isCloseTo(1 / 32.0, within(1e-12));
    assertThat(SignTest.probability(new Items("00"), new Items("11"))).isEqualTo(1);
    assertThat(SignTest.probability(new Items("1".repeat(2000)), new Items("0".repeat(2000))))
        .isBetween(0.0, 1e-300);
  }

  @Test
  void aCellTakesOnlyWhatIsBetterWithConfidence() {
    Archive archive = archive(0.05);
    assertThat(archive.add(elite(0, "0000000000")).status()).isEqualTo(AddOutcome.Status.NEW);
    AddOutcome lucky = archive.add(elite(1, "1111000000"));
    assertThat(lucky.status()).isEqualTo(AddOutcome.Status.REJECTED);
    assertThat(lucky.value()).isCloseTo(0.4, within(1e-12));
    assertThat(archive.add(elite(2, "1111100000")).status()).isEqualTo(AddOutcome.Status.IMPROVED);
    assertThat(archive.addBatch(List.of(elite(3, "1111111111"), elite(4, "1111110000"))))
        .extracting(AddOutcome::taken)
        .containsExactly(true, false);
    assertThat(archive.best().orElseThrow().candidate()).isEqualTo(3);
    assertThat(archive.bar().orElseThrow().closed(new double[] {0, 0}, new double[] {1, 1}))
        .isFalse();
    assertThat(archive.bar().orElseThrow().closed(new double[] {0, 0.5}, new double[] {1, 1}))
        .isTrue();
  }

  @Test
  void itemsAreNeeded() {
    Archive archive = archive(0.1);
    archive.add(new Elite(0, List.of(0.1, 0.5)));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> archive.add(new Elite(1, List.of(0.2, 0.5))))
        .withMessageContaining("no item scores");
    assertThatIllegalArgumentException().isThrownBy(() -> archive(0.5));
  }
}
