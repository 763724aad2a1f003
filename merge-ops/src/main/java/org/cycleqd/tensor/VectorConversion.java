package org.cycleqd.tensor;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/** As many lanes at a time as the processor has; the rest of a run goes to the reference. */
final class VectorConversion implements ConversionKernel {

  private static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_PREFERRED;
  private static final VectorSpecies<Integer> INTS = IntVector.SPECIES_PREFERRED;
  private static final VectorSpecies<Short> SHORTS =
      VectorSpecies.of(short.class, VectorShape.forBitSize(FLOATS.length() * Short.SIZE));
  private static final int LANES = FLOATS.length();
  private static final ByteOrder ORDER = ByteOrder.LITTLE_ENDIAN;

  private static final int SIGN = 0x8000_0000;
  private static final int MAGNITUDE = 0x7FFF_FFFF;
  private static final int INFINITY = 0x7F80_0000;
  private static final int HALF_EXPONENT = 0x7C00;

  /** The smallest float32 that rounds to infinity in half precision: 65520. */
  private static final int HALF_OVERFLOW = Float.floatToRawIntBits(65520f);

  /** The smallest normal half, 2^-14. */
  private static final int HALF_NORMAL = (127 - 14) << 23;

  private static final float TWO_112 = 0x1.0p112f;

  private final ScalarConversion reference = new ScalarConversion();

  @Override
  public void widenBrain(MemorySegment source, long offset, float[] target, int start, int count) {
    int i = 0;
    for (; i <= count - LANES; i += LANES) {
      widened(source, offset + 2L * i)
          .lanewise(VectorOperators.LSHL, 16)
          .reinterpretAsFloats()
          .intoArray(target, start + i);
    }
    reference.widenBrain(source, offset + 2L * i, target, start + i, count - i);
  }

  @Override
  public void widenHalf(MemorySegment source, long offset, float[] target, int start, int count) {
    int i = 0;
    for (; i <= count - LANES; i += LANES) {
      IntVector half = widened(source, offset + 2L * i);
      IntVector magnitude = half.and(0x7FFF).lanewise(VectorOperators.LSHL, 13);
      // The exponent's bias differs by 112; the product also normalises subnormal halves.
      IntVector bits = magnitude.reinterpretAsFloats().mul(TWO_112).reinterpretAsInts();
      VectorMask<Integer> special =
          half.and(HALF_EXPONENT).compare(VectorOperators.EQ, HALF_EXPONENT);
      bits = bits.blend(magnitude.or(INFINITY), special);
      bits.or(half.lanewise(VectorOperators.LSHL, 16).and(SIGN))
          .reinterpretAsFloats()
          .intoArray(target, start + i);
    }
    reference.widenHalf(source, offset + 2L * i, target, start + i, count - i);
  }

  @Override
  public void roundBrain(float[] source, int start, MemorySegment target, long offset, int count) {
    int i = 0;
    for (; i <= count - LANES; i += LANES) {
      FloatVector value = FloatVector.fromArray(FLOATS, source, start + i);
      IntVector bits = value.reinterpretAsInts();
      IntVector upper = bits.lanewise(VectorOperators.LSHR, 16);
      IntVector rounded = bits.add(upper.and(1)).add(0x7FFF).lanewise(VectorOperators.LSHR, 16);
      VectorMask<Integer> nan = value.test(VectorOperators.IS_NAN).cast(INTS);
      narrow(rounded.blend(upper.or(0x40), nan), target, offset + 2L * i);
    }
    reference.roundBrain(source, start + i, target, offset + 2L * i, count - i);
  }

  @Override
  public void roundHalf(float[] source, int start, MemorySegment target, long offset, int count) {
    int i = 0;
    for (; i <= count - LANES; i += LANES) {
      IntVector bits = FloatVector.fromArray(FLOATS, source, start + i).reinterpretAsInts();
      IntVector magnitude = bits.and(MAGNITUDE);
      IntVector odd = magnitude.lanewise(VectorOperators.LSHR, 13).and(1);
      IntVector half =
          magnitude.sub((127 - 15) << 23).add(0xFFF).add(odd).lanewise(VectorOperators.LSHR, 13);
      // Adding one half aligns a subnormal's last place with the float's, so the sum rounds it.
      IntVector subnormal =
          magnitude
              .reinterpretAsFloats()
              .add(0.5f)
              .reinterpretAsInts()
              .sub(Float.floatToRawIntBits(0.5f));
      half = half.blend(subnormal, magnitude.compare(VectorOperators.LT, HALF_NORMAL));
      half = half.blend(HALF_EXPONENT, magnitude.compare(VectorOperators.GE, HALF_OVERFLOW));
      IntVector nan = magnitude.lanewise(VectorOperators.LSHR, 13).and(0x3FF).or(0x7E00);
      half = half.blend(nan, magnitude.compare(VectorOperators.GT, INFINITY));
      half = half.or(bits.lanewise(VectorOperators.LSHR, 16).and(0x8000));
      narrow(half, target, offset + 2L * i);
    }
    reference.roundHalf(source, start + i, target, offset + 2L * i, count - i);
  }

  private static IntVector widened(MemorySegment source, long offset) {
    return (IntVector)
        ShortVector.fromMemorySegment(SHORTS, source, offset, ORDER)
            .convertShape(VectorOperators.S2I, INTS, 0);
  }

  private static void narrow(IntVector values, MemorySegment target, long offset) {
    ((ShortVector) values.convertShape(VectorOperators.I2S, SHORTS, 0))
        .intoMemorySegment(target, offset, ORDER);
  }
}
