package org.cycleqd.merge.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.function.BiConsumer;
import org.cycleqd.merge.kernel.Election.Divisor;
import org.cycleqd.merge.kernel.Election.Vote;
import org.cycleqd.random.Draws;
import org.cycleqd.tensor.DType;
import org.cycleqd.tensor.FloatConversion;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The vector kernel against the reference, bit for bit, on odd sizes and edge values. */
class MergeKernelTest {

  private static final float[] EDGES = {
    0f,
    -0f,
    1f,
    -1f,
    Float.MIN_VALUE,
    -Float.MIN_VALUE,
    Float.MIN_NORMAL,
    Float.MAX_VALUE,
    -Float.MAX_VALUE,
    Float.POSITIVE_INFINITY,
    Float.NEGATIVE_INFINITY,
    Float.NaN,
    0.5f,
    -0.5f
  };

  private final MergeKernel reference = new ScalarKernel();
  private final MergeKernel vector = new VectorKernel();

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 3, 7, 8, 9, 15, 16, 17, 31, 32, 33, 63, 100, 257})
  void electionsInMemoryAreThoseInArrays(int count) {
    float[] tiny = {0f, -0f, 0x1p-133f, -0x1p-133f, Float.MIN_NORMAL, 1f, -1f, 1.0078125f, 0.5f};
    for (boolean edges : new boolean[] {false, true}) {
      float[][] inputs = new float[3][count];
      for (int k = 0; k < 3; k++) {
        Draws draws = Draws.at(7, "election", k);
        for (int i = 0; i < count; i++) {
          inputs[k][i] = edges ? tiny[draws.below(i, tiny.length)] : (float) draws.gaussian(i);
        }
        inputs[k] = brain(inputs[k]);
      }
      for (Divisor divisor : new Divisor[] {Divisor.WEIGHT, Divisor.ONE}) {
        for (float[] weights : new float[][] {{0.6f, 0.4f}, {0.6f, -0.6f}, {0, 1.5f}}) {
          electsTheSame(inputs, weights, new Election(Vote.WEIGHTED, divisor, 0.9f), count);
        }
      }
    }
  }

  private void electsTheSame(float[][] inputs, float[] weights, Election election, int count) {
    MemorySegment[] memory = {bits(inputs[0]), bits(inputs[1]), bits(inputs[2])};
    float[] minima = {0.25f, 0x1p-133f};
    long[] keys = {5, -7L << 33};
    long[] thresholds = {1L << 31, 3L << 30};
    float[] factors = {2f, 1.25f};
    long index = 1_000_003;
    float[][] above = differences(inputs, count);
    float[][] kept = differences(inputs, count);
    for (int k = 0; k < 2; k++) {
      reference.keepAbove(above[k], minima[k], true, count);
      reference.drop(kept[k], keys[k], index, thresholds[k], count);
      reference.scale(kept[k], factors[k], count);
    }
    float[] wanted = new float[count];
    MemorySegment out = bits(new float[count]);
    reference.elect(inputs[0], above, weights, election, wanted, count);
    assertThat(
            FusedElections.electAbove(
                memory[0], memory[1], memory[2], minima, weights, election, out, count))
        .isTrue();
    assertThat(out.mismatch(bits(wanted))).isEqualTo(-1);
    reference.elect(inputs[0], kept, weights, election, wanted, count);
    assertThat(
            FusedElections.electKept(
                memory[0],
                memory[1],
                memory[2],
                index,
                keys,
                thresholds,
                factors,
                weights,
                election,
                out,
                count))
        .isTrue();
    assertThat(out.mismatch(bits(wanted))).isEqualTo(-1);
    for (float wrong : new float[] {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY}) {
      for (int i = 0; i < count; i += Math.max(1, count / 5)) {
        for (int k = 0; k < 3; k++) {
          float[][] spoilt = {inputs[0].clone(), inputs[1].clone(), inputs[2].clone()};
          spoilt[k][i] = wrong;
          MemorySegment[] bad = {bits(spoilt[0]), bits(spoilt[1]), bits(spoilt[2])};
          assertThat(
                  FusedElections.electAbove(
                      bad[0], bad[1], bad[2], minima, weights, election, out, count))
              .isFalse();
          assertThat(
                  FusedElections.electKept(
                      bad[0],
                      bad[1],
                      bad[2],
                      index,
                      keys,
                      thresholds,
                      factors,
                      weights,
                      election,
                      out,
                      count))
              .isFalse();
        }
      }
    }
  }

  private float[][] differences(float[][] inputs, int count) {
    float[][] deltas = {inputs[1].clone(), inputs[2].clone()};
    reference.subtract(deltas[0], inputs[0], count);
    reference.subtract(deltas[1], inputs[0], count);
    return deltas;
  }

  private static MemorySegment bits(float[] values) {
    MemorySegment bits = MemorySegment.ofArray(new byte[2 * values.length]);
    FloatConversion.round(DType.BF16, values, 0, bits, 0, values.length);
    return bits;
  }

  private static float[] brain(float[] values) {
    float[] rounded = new float[values.length];
    FloatConversion.widen(DType.BF16, bits(values), 0, rounded, 0, values.length);
    return rounded;
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 3, 7, 8, 9, 15, 16, 17, 31, 32, 33, 63, 100, 257})
  void elementwiseOperationsAgree(int count) {
    for (boolean edges : new boolean[] {false, true}) {
      float[] base = values(count, "base", edges);
      float[][] models = models(count, edges);
      float[] weights = {0.6f, -0.3f, 0.7f};
      agree(count, (kernel, out) -> kernel.weightedSum(models, weights, out, count));
      agree(count, (kernel, out) -> kernel.addDifferences(base, models, weights, out, count));
      agree(count, (kernel, out) -> kernel.sumOnto(base, models, weights, out, count));
      for (Vote vote : Vote.values()) {
        for (Divisor divisor : Divisor.values()) {
          Election election = new Election(vote, divisor, 0.9f);
          agree(count, (kernel, out) -> kernel.elect(base, models, weights, election, out, count));
        }
      }
      for (boolean inclusive : new boolean[] {false, true}) {
        inPlace(models[0], (kernel, out) -> kernel.keepAbove(out, 0.5f, inclusive, count));
        inPlace(models[0], (kernel, out) -> kernel.keepBelow(out, 0.5f, inclusive, count));
      }
      inPlace(models[0], (kernel, out) -> kernel.subtract(out, base, count));
      inPlace(models[0], (kernel, out) -> kernel.scale(out, 3f, count));
      assertThat(vector.countEqual(models[0], 0.5f, count))
          .isEqualTo(reference.countEqual(models[0], 0.5f, count));
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 5, (1L << 31) - 8, (1L << 32) - 40, (1L << 32) + 3, 1L << 40})
  void coinsAgreeAcrossTheirStretches(long index) {
    for (long threshold : new long[] {0, 1L << 28, 1L << 31, (1L << 32) - 1, 1L << 32}) {
      float[] ones = new float[77];
      Arrays.fill(ones, 1f);
      inPlace(ones, (kernel, out) -> kernel.drop(out, 0x1234_5678_9ABCL, index, threshold, 77));
    }
  }

  @Test
  void coinsKeepTheirShareAndKeysAreIndependent() {
    int n = 1 << 20;
    float[][] kept = new float[2][n];
    for (int k = 0; k < 2; k++) {
      Arrays.fill(kept[k], 1f);
      vector.drop(kept[k], Draws.at(1, k).key(), 0, Math.round(0.3 * 0x1.0p32), n);
    }
    double share = 0;
    double both = 0;
    double neighbours = 0;
    for (int i = 0; i < n; i++) {
      share += kept[0][i];
      both += kept[0][i] * kept[1][i];
      neighbours += kept[0][i] * kept[0][(i + 1) % n];
    }
    // Five standard deviations of a million coins.
    assertThat(share / n).isCloseTo(0.3, within(0.0023));
    assertThat(both / n).isCloseTo(0.09, within(0.0014));
    assertThat(neighbours / n).isCloseTo(0.09, within(0.0014));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 7, 8, 9, 16, 23, 100, 1001})
  void sumsAgreeToTheLastBit(int count) {
    float[] a = values(count + 3, "a", false);
    float[] b = values(count + 3, "b", false);
    assertThat(vector.dot(a, b, 3, count)).isEqualTo(reference.dot(a, b, 3, count));
    assertThat(vector.sumOfMagnitudes(a, 2, count))
        .isEqualTo(reference.sumOfMagnitudes(a, 2, count));
    double[] expected = new double[4];
    double[] found = new double[4];
    reference.dots(a, b, 3, count, expected, 1);
    vector.dots(a, b, 3, count, found, 1);
    assertThat(found).isEqualTo(expected);
    double sum = 0;
    for (int i = 3; i < count + 3; i++) {
      sum += (double) a[i] * b[i];
    }
    assertThat(vector.dot(a, b, 3, count)).isCloseTo(sum, within(1e-6 * (count + 1)));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 15, 16, 17, 100, 1000})
  void collectionsAgree(int count) {
    for (boolean edges : new boolean[] {false, true}) {
      float[] values = values(count, "tally", edges);
      for (int shift : new int[] {0, 3, 11}) {
        for (float low : new float[] {0f, 0.3f, 0.5f, 2f}) {
          int[] expected = new int[count + MergeKernel.SLACK];
          int[] found = new int[count + MergeKernel.SLACK];
          int bits = Float.floatToRawIntBits(low);
          long both = reference.collect(values, bits, shift, 1 << 20, expected, count);
          assertThat(vector.collect(values, bits, shift, 1 << 20, found, count)).isEqualTo(both);
          assertThat(Arrays.copyOf(found, (int) both))
              .isEqualTo(Arrays.copyOf(expected, (int) both));
        }
      }
    }
  }

  @Test
  void whatIsNotFiniteIsFoundAtEveryPlace() {
    for (float bad : new float[] {Float.NaN, Float.NEGATIVE_INFINITY, 3f}) {
      for (int place = 0; place < 40; place++) {
        float[] values = new float[40];
        values[place] = bad;
        assertThat(vector.firstBeyond(values, 2f, 40)).isEqualTo(place);
        assertThat(vector.firstBeyond(values, 2f, place)).isEqualTo(-1);
      }
    }
  }

  private void agree(int count, BiConsumer<MergeKernel, float[]> operation) {
    inPlace(new float[count + 1], operation);
  }

  private void inPlace(float[] start, BiConsumer<MergeKernel, float[]> operation) {
    float[] expected = start.clone();
    float[] found = start.clone();
    operation.accept(reference, expected);
    operation.accept(vector, found);
    assertThat(found).containsExactly(expected);
  }

  private static float[][] models(int count, boolean edges) {
    return new float[][] {
      values(count, "x", edges), values(count, "y", edges), values(count, "z", edges)
    };
  }

  private static float[] values(int count, String name, boolean edges) {
    Draws draws = Draws.at(count, name);
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = edges ? EDGES[draws.below(i, EDGES.length)] : (float) (draws.uniform(i) * 2 - 1);
    }
    return values;
  }
}
