package org.cycleqd.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.OptionalLong;
import org.cycleqd.random.Draws;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Against {@link Float#isFinite}, the reference. */
class FinitenessTest {

  @ParameterizedTest
  @EnumSource(
      value = DType.class,
      names = {"BF16", "F16"})
  void everySixteenBitPatternIsJudgedAsItsFloat(DType dtype) {
    for (int bits = 0; bits < 1 << 16; bits++) {
      short[] four = {0, 0, 0, 0};
      four[bits % 4] = (short) bits;
      TensorView view = new TensorView(TensorSpec.of("w", dtype, 4), MemorySegment.ofArray(four));
      assertThat(Finiteness.firstNonFinite(view, 0, 4))
          .as("%s %x", dtype, bits)
          .isEqualTo(
              Float.isFinite(view.element(bits % 4))
                  ? OptionalLong.empty()
                  : OptionalLong.of(bits % 4));
    }
  }

  @Test
  void theEdgesOfFloatAreJudgedAsFloats() {
    int[] lower = {0, 1, 0x7FFF, 0x8000, 0xFFFF};
    float[] values = new float[(1 << 16) * lower.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = Float.intBitsToFloat((i / lower.length) << 16 | lower[i % lower.length]);
    }
    TensorView view =
        new TensorView(TensorSpec.of("w", DType.F32, values.length), MemorySegment.ofArray(values));
    for (int i = 0; i < values.length; i++) {
      assertThat(Finiteness.firstNonFinite(view, i, 1).isEmpty())
          .isEqualTo(Float.isFinite(values[i]));
    }
    float[] finite = Arrays.copyOf(values, values.length);
    for (int i = 0; i < finite.length; i++) {
      finite[i] = Float.isFinite(finite[i]) ? finite[i] : 0;
    }
    TensorView allFinite =
        new TensorView(TensorSpec.of("w", DType.F32, finite.length), MemorySegment.ofArray(finite));
    assertThat(Finiteness.firstNonFinite(allFinite, 0, finite.length)).isEmpty();
  }

  /** One special value at every place of runs of all sizes around the vectors' widths. */
  @ParameterizedTest
  @EnumSource(
      value = DType.class,
      names = {"F32", "BF16", "F16"})
  void specialsAreFoundInOddSizesAtEveryPlace(DType dtype) {
    int width = dtype.bits() / Byte.SIZE;
    float[] specials = {
      Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, Float.intBitsToFloat(0xFFC0_0001)
    };
    float[] edges = {0f, -0f, 0x1p-24f, -0x1p-24f, 65504f, -65504f, 0x1p-14f, 1f};
    for (int count : new int[] {0, 1, 2, 3, 4, 5, 7, 15, 16, 17, 31, 33, 63, 64, 65, 130}) {
      float[] values = new float[count];
      for (int i = 0; i < count; i++) {
        values[i] = edges[Draws.at(count, "edges").below(i, edges.length)];
      }
      // An odd offset: data in files need not be aligned.
      MemorySegment data = MemorySegment.ofArray(new byte[1 + count * width]).asSlice(1);
      TensorView view = new TensorView(TensorSpec.of("w", dtype, count), data);
      FloatConversion.round(dtype, values, 0, data, 0, count);
      assertThat(Finiteness.firstNonFinite(view, 0, count)).isEmpty();
      for (int place = 0; place < count; place++) {
        float kept = values[place];
        values[place] = specials[place % specials.length];
        FloatConversion.round(dtype, values, 0, data, 0, count);
        assertThat(Finiteness.firstNonFinite(view, 0, count)).hasValue(place);
        assertThat(Finiteness.firstNonFinite(view, 0, place)).isEmpty();
        assertThat(Finiteness.firstNonFinite(view, place + 1L, count - place - 1)).isEmpty();
        values[place] = kept;
      }
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
