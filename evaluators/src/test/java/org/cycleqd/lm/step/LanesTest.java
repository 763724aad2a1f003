package org.cycleqd.lm.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.cycleqd.llvm.FunctionText;
import org.cycleqd.llvm.NativeCode;
import org.cycleqd.llvm.Processor;
import org.cycleqd.llvm.Value;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The exponential against that of float64. */
class LanesTest {

  /** Half a unit for the last rounding, and a little more for those before it. */
  private static final double MOST_UNITS = 1.0;

  /** Bit patterns from one compared number to the next; odd, so that all last bits occur. */
  private static final int STRIDE = 331;

  private NativeCode code;

  @BeforeEach
  void compile() {
    assumeTrue(Processor.find().isPresent(), "no compiler for this processor");
    FunctionText f = new FunctionText("", "exponentials", Value.ADDRESS, Value.LONG);
    f.loop(
        Value.of(0),
        f.parameter(1),
        Value.of(Lanes.COUNT),
        i -> {
          Value at = f.element(f.parameter(0), i);
          f.store(Lanes.exponential(f, f.load(Lanes.TYPE, at)), at);
        });
    code =
        NativeCode.compile(
            "declare %1$s @llvm.fma.v16f32(%1$s, %1$s, %1$s)%n".formatted(Lanes.TYPE) + f.text());
  }

  @AfterEach
  void close() {
    if (code != null) {
      code.close();
    }
  }

  private float[] exponentials(float... given) {
    try (Arena arena = Arena.ofConfined()) {
      long length = Lanes.up(given.length);
      MemorySegment memory = arena.allocate(length * Float.BYTES, Lanes.BYTES);
      MemorySegment.copy(given, 0, memory, ValueLayout.JAVA_FLOAT, 0, given.length);
      code.function("exponentials", 2).invokeExact(memory.address(), length);
      return memory.asSlice(0, (long) given.length * Float.BYTES).toArray(ValueLayout.JAVA_FLOAT);
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }

  /** The largest error, in units in the last place, of numbers of a sign up to one. */
  private double worst(float sign, float limit) {
    double worst = 0;
    int block = 1 << 16;
    int last = Float.floatToRawIntBits(limit);
    for (long first = 0; first <= last; first += (long) block * STRIDE) {
      float[] x = new float[block];
      for (int i = 0; i < block; i++) {
        x[i] = sign * Float.intBitsToFloat((int) Math.min(last, first + (long) i * STRIDE));
      }
      float[] found = exponentials(x);
      for (int i = 0; i < block; i++) {
        double exact = Math.exp(x[i]);
        worst = Math.max(worst, Math.abs(found[i] - exact) / Math.ulp((float) exact));
      }
    }
    return worst;
  }

  @Test
  void isExactToAUnitInTheLastPlace() {
    assertThat(worst(-1, Math.nextDown(87.3f))).isLessThan(MOST_UNITS);
    assertThat(worst(1, 88f)).isLessThan(MOST_UNITS);
  }

  @Test
  void isBoundedOutsideItsRange() {
    float[] found =
        exponentials(
            Float.NEGATIVE_INFINITY,
            -Float.MAX_VALUE,
            -88f,
            -87.3f,
            Float.NaN,
            0f,
            -0f,
            Float.MIN_VALUE,
            -Float.MIN_NORMAL / 3);
    assertThat(found).containsExactly(0, 0, 0, 0, 0, 1, 1, 1, 1);
    float[] large = exponentials(88f, 88.5f, Float.MAX_VALUE, Float.POSITIVE_INFINITY);
    assertThat(large).containsOnly(large[0]);
    assertThat(large[0]).isFinite();
  }
}
