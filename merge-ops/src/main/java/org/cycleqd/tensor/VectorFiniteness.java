package org.cycleqd.tensor;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/** The largest exponent over as many lanes as the processor has, two vectors at a time. */
final class VectorFiniteness implements FiniteKernel {

  private static final VectorSpecies<Integer> INTS = IntVector.SPECIES_PREFERRED;
  private static final VectorSpecies<Short> SHORTS = ShortVector.SPECIES_PREFERRED;
  private static final ByteOrder ORDER = ByteOrder.LITTLE_ENDIAN;

  private final ScalarFiniteness reference = new ScalarFiniteness();

  @Override
  public boolean allFinite16(MemorySegment data, long offset, int count, short exponent) {
    int lanes = SHORTS.length();
    ShortVector even = ShortVector.zero(SHORTS);
    ShortVector odd = ShortVector.zero(SHORTS);
    int i = 0;
    for (; i <= count - 2 * lanes; i += 2 * lanes) {
      long at = offset + 2L * i;
      even = even.max(ShortVector.fromMemorySegment(SHORTS, data, at, ORDER).and(exponent));
      odd =
          odd.max(
              ShortVector.fromMemorySegment(SHORTS, data, at + 2L * lanes, ORDER).and(exponent));
    }
    return even.max(odd).reduceLanes(VectorOperators.MAX) < exponent
        && reference.allFinite16(data, offset + 2L * i, count - i, exponent);
  }

  @Override
  public boolean allFinite32(MemorySegment data, long offset, int count) {
    int exponent = ScalarFiniteness.FLOAT_EXPONENT;
    int lanes = INTS.length();
    IntVector even = IntVector.zero(INTS);
    IntVector odd = IntVector.zero(INTS);
    int i = 0;
    for (; i <= count - 2 * lanes; i += 2 * lanes) {
      long at = offset + 4L * i;
      even = even.max(IntVector.fromMemorySegment(INTS, data, at, ORDER).and(exponent));
      odd = odd.max(IntVector.fromMemorySegment(INTS, data, at + 4L * lanes, ORDER).and(exponent));
    }
    return even.max(odd).reduceLanes(VectorOperators.MAX) < exponent
        && reference.allFinite32(data, offset + 4L * i, count - i);
  }
}
