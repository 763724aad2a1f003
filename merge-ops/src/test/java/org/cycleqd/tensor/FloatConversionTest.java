package org.cycleqd.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import org.cycleqd.random.Draws;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The vector kernels against the reference, bit for bit. */
class FloatConversionTest {

  private final ConversionKernel reference = new ScalarConversion();
  private final ConversionKernel vector = new VectorConversion();

  @Test
  void theBuildTestsTheVectorKernels() {
    assertThat(VectorModule.isPresent()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 7, 8, 15, 16, 17, 31, 33, 100, 1023})
  void oddSizesAndOffsetsAgree(int count) {
    byte[] bytes = new byte[2 * count + 3];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) Draws.at(count, "bytes").bits(i);
    }
    MemorySegment source = MemorySegment.ofArray(bytes);
    for (int start : new int[] {0, 3}) {
      float[] expected = new float[count + start + 2];
      float[] found = new float[count + start + 2];
      reference.widenBrain(source, 1, expected, start, count);
      vector.widenBrain(source, 1, found, start, count);
      assertSame(found, expected);
      reference.widenHalf(source, 1, expected, start, count);
      vector.widenHalf(source, 1, found, start, count);
      assertSame(found, expected);
      byte[] wanted = new byte[bytes.length];
      byte[] given = new byte[bytes.length];
      reference.roundBrain(expected, start, MemorySegment.ofArray(wanted), 1, count);
      vector.roundBrain(expected, start, MemorySegment.ofArray(given), 1, count);
      assertThat(given).isEqualTo(wanted);
      reference.roundHalf(expected, start, MemorySegment.ofArray(wanted), 1, count);
      vector.roundHalf(expected, start, MemorySegment.ofArray(given), 1, count);
      assertThat(given).isEqualTo(wanted);
    }
  }

  @Test
  void everySixteenBitPatternWidensAlike() {
    short[] all = new short[1 << 16];
    for (int i = 0; i < all.length; i++) {
      all[i] = (short) i;
    }
    MemorySegment source = MemorySegment.ofArray(all);
    float[] expected = new float[all.length];
    float[] found = new float[all.length];
    reference.widenHalf(source, 0, expected, 0, all.length);
    vector.widenHalf(source, 0, found, 0, all.length);
    assertSame(found, expected);
    reference.widenBrain(source, 0, expected, 0, all.length);
    vector.widenBrain(source, 0, found, 0, all.length);
    assertSame(found, expected);
  }

  @Test
  void tiesSubnormalsInfinitiesAndNaNsRoundAlike() {
    // All upper halves of a float with the lower halves that decide ties, near misses and NaNs.
    int[] lower = {0, 1, 0xFFF, 0x1000, 0x1001, 0x3000, 0x7FFF, 0x8000, 0x8001, 0xFFFF};
    float[] values = new float[(1 << 16) * lower.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = Float.intBitsToFloat((i / lower.length) << 16 | lower[i % lower.length]);
    }
    short[] expected = new short[values.length];
    short[] found = new short[values.length];
    reference.roundBrain(values, 0, MemorySegment.ofArray(expected), 0, values.length);
    vector.roundBrain(values, 0, MemorySegment.ofArray(found), 0, values.length);
    assertThat(found).isEqualTo(expected);
    reference.roundHalf(values, 0, MemorySegment.ofArray(expected), 0, values.length);
    vector.roundHalf(values, 0, MemorySegment.ofArray(found), 0, values.length);
    for (int i = 0; i < values.length; i++) {
      boolean same =
          Float.isNaN(values[i])
              ? Float.isNaN(Float.float16ToFloat(found[i])) && (found[i] < 0) == (expected[i] < 0)
              : found[i] == expected[i];
      assertThat(same).as("%s, bits %x", values[i], Float.floatToRawIntBits(values[i])).isTrue();
    }
  }

  /** Equal bits, except that any NaN is as good as another. */
  private static void assertSame(float[] found, float[] expected) {
    assertThat(found).containsExactly(expected);
  }
}
