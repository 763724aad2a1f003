package org.cycleqd.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.OptionalLong;
import org.cycleqd.random.Draws;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Both kernels against {@link Float#isFinite}. */
class FinitenessTest {

  private static final List<FiniteKernel> KERNELS =
      List.of(new ScalarFiniteness(), new VectorFiniteness());

  @Test
  void everySixteenBitPatternIsJudgedAsItsFloat() {
    for (DType dtype : List.of(DType.BF16, DType.F16)) {
      for (int bits = 0; bits < 1 << 16; bits++) {
        MemorySegment one = MemorySegment.ofArray(new short[] {(short) bits});
        float[] value = new float[1];
        FloatConversion.widen(dtype, one, 0, value, 0, 1);
        assertThat(Finiteness.allFinite(KERNELS.getFirst(), dtype, one, 0, 1))
            .as("%s %x", dtype, bits)
            .isEqualTo(Float.isFinite(value[0]));
      }
    }
  }

  /** One special value at every place of runs of all sizes around the vectors' widths. */
  @ParameterizedTest
  @EnumSource(
      value = DType.class,
      names = {"F32", "BF16", "F16"})
  void kernelsAgreeOnOddSizesAndPlaces(DType dtype) {
    int width = dtype.bits() / Byte.SIZE;
    float[] specials = {
      Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, Float.intBitsToFloat(0xFFC0_0001)
    };
    float[] edges = {0f, -0f, 0x1p-24f, -0x1p-24f, 65504f, -65504f, 0x1p-14f, 1f};
    for (int count : new int[] {0, 1, 2, 7, 15, 16, 17, 31, 33, 63, 64, 65, 127, 130}) {
      float[] values = new float[count];
      for (int i = 0; i < count; i++) {
        values[i] = edges[Draws.at(count, "edges").below(i, edges.length)];
      }
      // An odd offset: data in files need not be aligned.
      MemorySegment data = MemorySegment.ofArray(new byte[1 + count * width]).asSlice(1);
      FloatConversion.round(dtype, values, 0, data, 0, count);
      for (FiniteKernel kernel : KERNELS) {
        assertThat(Finiteness.allFinite(kernel, dtype, data, 0, count)).isTrue();
      }
      for (int place = 0; place < count; place++) {
        float kept = values[place];
        values[place] = specials[place % specials.length];
        FloatConversion.round(dtype, values, 0, data, 0, count);
        for (FiniteKernel kernel : KERNELS) {
          assertThat(Finiteness.allFinite(kernel, dtype, data, 0, count)).isFalse();
          assertThat(Finiteness.allFinite(kernel, dtype, data, 0, place)).isTrue();
          assertThat(Finiteness.allFinite(kernel, dtype, data, place + 1L, count - place - 1))
              .isTrue();
        }
        values[place] = kept;
      }
    }
  }

  @Test
  void theLargestAndSmallestFloatsAreFinite() {
    float[] values = {Float.MAX_VALUE, -Float.MAX_VALUE, Float.MIN_VALUE, -Float.MIN_VALUE};
    MemorySegment data = MemorySegment.ofArray(values);
    for (FiniteKernel kernel : KERNELS) {
      assertThat(kernel.allFinite32(data, 0, 4)).isTrue();
    }
  }

  @Test
  void theFirstOfARunIsFound() {
    float[] values = new float[40_000];
    values[3] = Float.NaN;
    values[39_998] = Float.NEGATIVE_INFINITY;
    TensorView view =
        new TensorView(TensorSpec.of("w", DType.F32, 40_000), MemorySegment.ofArray(values));
    assertThat(Finiteness.firstNonFinite(view, 0, 40_000)).hasValue(3);
    assertThat(Finiteness.firstNonFinite(view, 4, 39_996)).hasValue(39_998);
    assertThat(view.element(39_998)).isEqualTo(Float.NEGATIVE_INFINITY);
    assertThat(Finiteness.firstNonFinite(view, 4, 39_994)).isEqualTo(OptionalLong.empty());
    assertThatThrownBy(() -> Finiteness.firstNonFinite(view, 30_000, 10_001))
        .isInstanceOf(IndexOutOfBoundsException.class);
    TensorView integers =
        new TensorView(TensorSpec.of("i", DType.I32, 1), MemorySegment.ofArray(new int[1]));
    assertThatThrownBy(() -> Finiteness.firstNonFinite(integers, 0, 1))
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessageContaining("tensor i: found dtype I32");
  }
}
