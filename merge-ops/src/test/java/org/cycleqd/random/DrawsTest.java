package org.cycleqd.random;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DrawsTest {

  private static final int COUNT = 100_000;

  /** The Kolmogorov-Smirnov distance that chance exceeds once in ten thousand samples. */
  private static final double FAR = 2.23 / Math.sqrt(COUNT);

  private static final Draws DRAWS = Draws.at(7, "crossover", 17, "model.norm.weight");

  /** The format: recorded runs are replayed with these numbers, so they never change. */
  @Test
  void theFormatStays() {
    assertThat(DRAWS.key()).isEqualTo(0x39c4bbc60ad80c41L);
    assertThat(DRAWS.bits(0)).isEqualTo(0xfb985c16f25f1c83L);
    assertThat(DRAWS.bits(1)).isEqualTo(0x7fa5959edef0fb5fL);
    assertThat(DRAWS.bits(1L << 40)).isEqualTo(0xb2eb9c47d1c40b03L);
    assertThat(DRAWS.uniform(0)).isEqualTo(0.982793574907529);
    assertThat(DRAWS.uniform(2)).isEqualTo(0.5353101634026585);
    assertThat(IntStream.range(0, 5).map(i -> DRAWS.below(i, 1000)))
        .containsExactly(982, 498, 535, 703, 942);
    assertThat(DRAWS.gaussian(0)).isEqualTo(-2.8503217909672256);
    assertThat(DRAWS.gaussian(1)).isEqualTo(-0.35558791759362124);
    assertThat(Draws.at(-1).bits(0)).isEqualTo(0x5dc20aa7b2a27137L);
    assertThat(Draws.at(0, "é", "").bits(0)).isEqualTo(0xee42f378163faa7cL);
  }

  @Test
  void anElementDependsOnNothingButItsPlace() {
    double[] forwards = IntStream.range(0, 100).mapToDouble(DRAWS::uniform).toArray();
    Draws again = Draws.at(7, "crossover").child(17L).child("model.norm.weight");
    assertThat(again).isEqualTo(DRAWS);
    for (int i = 99; i >= 0; i--) {
      assertThat(again.uniform(i)).isEqualTo(forwards[i]);
    }
  }

  @Test
  void seedsAndAddressesKeepApart() {
    List<Draws> all =
        List.of(
            Draws.at(7),
            Draws.at(8),
            Draws.at(-7),
            Draws.at(7, ""),
            Draws.at(7, "", ""),
            Draws.at(7, "ab", "c"),
            Draws.at(7, "a", "bc"),
            Draws.at(7, "abc"),
            Draws.at(7, "abc", ""),
            Draws.at(7, "", "abc"),
            Draws.at(7, "c", "ab"),
            Draws.at(7, "a", "b", "c"),
            Draws.at(7, 1, 11),
            Draws.at(7, 11, 1),
            Draws.at(8, "ab", "c"));
    Set<Long> seen = new HashSet<>();
    for (Draws draws : all) {
      for (int i = 0; i < 100; i++) {
        seen.add(draws.bits(i));
      }
    }
    assertThat(seen).hasSize(all.size() * 100);
  }

  @Test
  void manyAddressesDoNotCollide() {
    Set<Long> keys = new HashSet<>();
    for (int candidate = 0; candidate < 300; candidate++) {
      for (int tensor = 0; tensor < 300; tensor++) {
        keys.add(Draws.at(1, candidate, "model.layers." + tensor).key());
      }
    }
    assertThat(keys).hasSize(300 * 300);
  }

  @Test
  void uniformFillsTheUnitInterval() {
    double[] sample = IntStream.range(0, COUNT).mapToDouble(DRAWS::uniform).toArray();
    assertThat(Arrays.stream(sample).min().orElseThrow()).isBetween(0.0, 1e-3);
    assertThat(Arrays.stream(sample).max().orElseThrow()).isBetween(1 - 1e-3, Math.nextDown(1.0));
    assertMoments(sample, 0.5, 1.0 / 12);
    assertThat(distance(sample, x -> x)).isLessThan(FAR);
  }

  /** The first element of many sequences is as random as many elements of one. */
  @Test
  void neighbouringAddressesAreIndependent() {
    double[] first =
        IntStream.range(0, COUNT).mapToDouble(i -> Draws.at(i, "a").uniform(0)).toArray();
    double[] second =
        IntStream.range(0, COUNT).mapToDouble(i -> DRAWS.child(i).uniform(0)).toArray();
    assertThat(distance(first, x -> x)).isLessThan(FAR);
    assertThat(distance(second, x -> x)).isLessThan(FAR);
    assertThat(correlation(first, 1)).isCloseTo(0, within(0.0125));
    assertThat(correlation(second, 1)).isCloseTo(0, within(0.0125));
  }

  @Test
  void gaussianIsStandardNormal() {
    double[] sample = IntStream.range(0, COUNT).mapToDouble(DRAWS::gaussian).toArray();
    assertMoments(sample, 0, 1);
    assertThat(distance(sample, DrawsTest::normal)).isLessThan(FAR);
    assertThat(correlation(sample, 1)).isCloseTo(0, within(0.0125));
    double[] squares = Arrays.stream(sample).map(x -> x * x).toArray();
    assertThat(correlation(squares, 1)).isCloseTo(0, within(0.0125));
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3, 10, 97})
  void belowHitsEveryNumberAlike(int bound) {
    int[] counts = new int[bound];
    for (int i = 0; i < COUNT; i++) {
      counts[DRAWS.below(i, bound)]++;
    }
    double expected = (double) COUNT / bound;
    double square = Arrays.stream(counts).mapToDouble(c -> (c - expected) * (c - expected)).sum();
    int freedom = bound - 1;
    assertThat(square / expected).isLessThan(freedom + 4 * Math.sqrt(2.0 * freedom) + 8);
  }

  @Test
  void belowKeepsItsBounds() {
    List<Integer> ones = new ArrayList<>();
    for (int i = 0; i < 1000; i++) {
      ones.add(DRAWS.below(i, 1));
      assertThat(DRAWS.below(i, Integer.MAX_VALUE)).isBetween(0, Integer.MAX_VALUE - 1);
    }
    assertThat(ones).containsOnly(0);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> DRAWS.below(0, 0))
        .withMessage("bound must be positive, was 0");
  }

  /** Within four standard errors. */
  private static void assertMoments(double[] sample, double mean, double variance) {
    double found = Arrays.stream(sample).average().orElseThrow();
    double spread = Arrays.stream(sample).map(x -> (x - found) * (x - found)).sum() / COUNT;
    assertThat(found).isCloseTo(mean, within(4 * Math.sqrt(variance / COUNT)));
    assertThat(spread).isCloseTo(variance, within(4 * variance * Math.sqrt(2.0 / COUNT)));
  }

  /** The Kolmogorov-Smirnov distance between a sample and a distribution function. */
  private static double distance(double[] sample, DoubleUnaryOperator distribution) {
    double[] sorted = Arrays.stream(sample).sorted().toArray();
    double largest = 0;
    for (int i = 0; i < sorted.length; i++) {
      double expected = distribution.applyAsDouble(sorted[i]);
      largest = Math.max(largest, Math.abs(expected - (double) i / sorted.length));
      largest = Math.max(largest, Math.abs(expected - (i + 1.0) / sorted.length));
    }
    return largest;
  }

  private static double correlation(double[] sample, int lag) {
    double mean = Arrays.stream(sample).average().orElseThrow();
    double products = 0;
    double squares = 0;
    for (int i = 0; i < sample.length; i++) {
      squares += (sample[i] - mean) * (sample[i] - mean);
      if (i >= lag) {
        products += (sample[i] - mean) * (sample[i - lag] - mean);
      }
    }
    return products / squares;
  }

  /** The normal distribution function, by Simpson's rule over the density. */
  private static double normal(double x) {
    int steps = 200;
    double width = x / steps;
    double sum = 0;
    for (int i = 0; i <= steps; i++) {
      double factor = i == 0 || i == steps ? 1 : i % 2 == 1 ? 4 : 2;
      sum += factor * Math.exp(-0.5 * i * width * i * width);
    }
    return 0.5 + sum * width / 3 / Math.sqrt(2 * Math.PI);
  }
}
