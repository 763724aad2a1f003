package org.cycleqd.merge.kernel;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;
import org.cycleqd.tensor.BFloat16;

/** Bfloat16 elements in memory as float32 vectors; offsets are in bytes, indexes in elements. */
final class BrainLanes {

  static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_PREFERRED;
  static final VectorSpecies<Integer> INTS = IntVector.SPECIES_PREFERRED;
  static final int LANES = FLOATS.length();
  static final int MAGNITUDE = 0x7FFF_FFFF;
  static final int INFINITY = 0x7F80_0000;

  /** Bits of the smallest float32 that rounds to an infinite bfloat16. */
  static final int OVERFLOW = 0x7F7F_8000;

  static final VectorSpecies<Short> SHORTS =
      VectorSpecies.of(short.class, VectorShape.forBitSize(LANES * Short.SIZE));
  static final ByteOrder ORDER = ByteOrder.LITTLE_ENDIAN;
  private static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ORDER);

  private BrainLanes() {}

  static FloatVector load(MemorySegment source, long offset) {
    return ((IntVector)
            ShortVector.fromMemorySegment(SHORTS, source, offset, ORDER)
                .convertShape(VectorOperators.S2I, INTS, 0))
        .lanewise(VectorOperators.LSHL, 16)
        .reinterpretAsFloats();
  }

  /** Rounds finite numbers; what else becomes of NaN does not matter, since it is refused. */
  static void store(FloatVector value, MemorySegment target, long offset) {
    IntVector bits = value.reinterpretAsInts();
    IntVector odd = bits.lanewise(VectorOperators.LSHR, 16).and(1);
    IntVector rounded = bits.add(odd).add(0x7FFF).lanewise(VectorOperators.LSHR, 16);
    ((ShortVector) rounded.convertShape(VectorOperators.I2S, SHORTS, 0))
        .intoMemorySegment(target, offset, ORDER);
  }

  static float element(MemorySegment source, long offset) {
    return BFloat16.toFloat(source.get(SHORT, offset));
  }

  static boolean store(float value, MemorySegment target, long offset) {
    target.set(SHORT, offset, BFloat16.fromFloat(value));
    return (Float.floatToRawIntBits(value) & MAGNITUDE) < OVERFLOW;
  }
}
