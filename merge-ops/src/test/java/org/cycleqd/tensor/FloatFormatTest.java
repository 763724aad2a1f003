package org.cycleqd.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FloatFormatTest {

  @Test
  void everyBFloat16SurvivesTheRoundTrip() {
    for (int bits = 0; bits < 1 << 16; bits++) {
      float value = BFloat16.toFloat((short) bits);
      short back = BFloat16.fromFloat(value);
      if (Float.isNaN(value)) {
        assertThat(BFloat16.toFloat(back)).isNaN();
        assertThat(back & 0x8000).isEqualTo(bits & 0x8000);
      } else {
        assertThat(back).isEqualTo((short) bits);
      }
    }
  }

  @Test
  void valuesBetweenTwoBFloat16GoToTheNearerAndTiesToTheEven() {
    for (int bits = 0; bits < 0x7F7F; bits += 13) {
      int low = bits << 16;
      short even = (short) (bits + (bits & 1));
      assertThat(round(low | 0x7FFF)).isEqualTo((short) bits);
      assertThat(round(low | 0x8000)).isEqualTo(even);
      assertThat(round(low | 0x8001)).isEqualTo((short) (bits + 1));
      assertThat(round(low | 0x80008000)).isEqualTo((short) (even | 0x8000));
    }
  }

  @Test
  void theEdgesOfTheRangeAreKept() {
    assertThat(BFloat16.fromFloat(Float.MAX_VALUE)).isEqualTo((short) 0x7F80);
    assertThat(BFloat16.fromFloat(Float.NEGATIVE_INFINITY)).isEqualTo((short) 0xFF80);
    assertThat(BFloat16.fromFloat(-0.0f)).isEqualTo((short) 0x8000);
    assertThat(BFloat16.fromFloat(Float.MIN_VALUE)).isZero();
    // A NaN whose payload lies in the dropped half only.
    assertThat(BFloat16.toFloat(round(0x7F800001))).isNaN();
    assertThat(BFloat16.toFloat(round(0xFFFFFFFF))).isNaN();
  }

  @Test
  void sourcesRoundToTheWantedDtypeAndViewsWidenBack() throws IOException {
    float[] values = {1f, -2.5f, 0x1.01p0f, 65504f, 1e-8f, Float.NaN};
    assertThat(throughDType(DType.F32, values)).containsExactly(values);
    assertThat(throughDType(DType.BF16, values))
        .containsExactly(1f, -2.5f, 1f, 65536f, 0x1.58p-27f, Float.NaN);
    assertThat(throughDType(DType.F16, values))
        .containsExactly(1f, -2.5f, 0x1.01p0f, 65504f, 0f, Float.NaN);
  }

  @Test
  void otherDtypesAndWrongSizesAreRefused() {
    MemorySegment bytes = MemorySegment.ofArray(new byte[8]);
    TensorView integers = new TensorView(TensorSpec.of("ids", DType.I64, 1), bytes);
    assertThatThrownBy(integers::toFloats)
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessage(
            "tensor ids: found dtype I64, expected F32, BF16 or F16 to convert from or to float32");
    assertThatThrownBy(() -> new TensorView(TensorSpec.of("w", DType.F32, 3), bytes))
        .hasMessage("tensor w: found 8 bytes, expected 12 for F32 [3]");
    TensorSource source = TensorSource.ofFloats(name -> new float[2]);
    TensorSpec wider = TensorSpec.of("w", DType.BF16, 4);
    assertThatThrownBy(() -> source.write(wider, (offset, piece) -> {}))
        .hasMessage("tensor w: found 2 elements, expected 4 for shape [4]");
    assertThatThrownBy(() -> TensorSource.ofViews(Map.of()).write(wider, (offset, piece) -> {}))
        .hasMessage("tensor w: found none, expected BF16 [4]");
  }

  @Test
  void sizesThatCannotBeCountedAreRefused() {
    assertThat(TensorSpec.of("s", DType.F32).bytes()).isEqualTo(4);
    assertThat(TensorSpec.of("e", DType.F32, 0, 5).bytes()).isZero();
    assertThat(TensorSpec.of("q", DType.F4, 6).bytes()).isEqualTo(3);
    assertThatThrownBy(() -> TensorSpec.of("x", DType.U8, Long.MAX_VALUE, 2))
        .hasMessageContaining("tensor x: found shape")
        .hasMessageContaining("expected a size below 2^63 bits");
    assertThatThrownBy(() -> TensorSpec.of("x", DType.F32, Long.MAX_VALUE / 16))
        .hasMessageContaining("expected a size below 2^63 bits");
    assertThatThrownBy(() -> TensorSpec.of("x", DType.F32, -1)).hasMessageContaining("[-1]");
    assertThatThrownBy(() -> TensorSpec.of("x", DType.F6_E2M3, 3))
        .hasMessageContaining("18 bits, expected whole bytes");
    assertThatThrownBy(() -> TensorSpec.of("\ud800", DType.F32))
        .hasMessageContaining("expected valid Unicode");
  }

  private static short round(int floatBits) {
    return BFloat16.fromFloat(Float.intBitsToFloat(floatBits));
  }

  private static float[] throughDType(DType dtype, float[] values) throws IOException {
    TensorSpec spec = TensorSpec.of("w", dtype, 2, 3);
    MemorySegment bytes = MemorySegment.ofArray(new byte[(int) spec.bytes()]);
    TensorSource.ofFloats(name -> values)
        .write(spec, (offset, piece) -> bytes.asSlice(offset).copyFrom(piece));
    return new TensorView(spec, bytes).toFloats();
  }
}
