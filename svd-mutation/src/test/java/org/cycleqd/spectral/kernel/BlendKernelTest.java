package org.cycleqd.spectral.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.cycleqd.llvm.Processor;
import org.cycleqd.spectral.kernel.BlendKernel.Addition;
import org.cycleqd.spectral.kernel.BlendKernel.Tensors;
import org.cycleqd.tensor.BFloat16;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

@ParameterizedClass
@ValueSource(booleans = {false, true})
class BlendKernelTest {

  private static final Map<Boolean, BlendKernel> KERNELS = new ConcurrentHashMap<>();

  private final Random random = new Random(7);
  private final Arena arena = Arena.ofAuto();
  private final BlendKernel kernel;

  /** Wide tiles are compiled for narrow registers as well, where there are no others. */
  BlendKernelTest(boolean wide) {
    Assumptions.assumeTrue(Processor.find().isPresent(), "no compiler for this processor");
    kernel = KERNELS.computeIfAbsent(wide, BlendKernel::new);
  }

  static Stream<Arguments> shapes() {
    return Stream.of(1, 2, 3, 4, 5, 7, 9, 64)
        .flatMap(rows ->
            Stream.of(16, 48, 80, 112, 1040, 4096)
                .flatMap(columns ->
                    Stream.of(1, 8, 16, 23, 300)
                        .filter(rank -> (long) rows * columns * rank < 6_000_000)
                        .map(rank -> Arguments.of(rows, columns, rank))));
  }

  @ParameterizedTest
  @MethodSource("shapes")
  void everyElementIsOneSumInOrder(int rows, int columns, int rank) {
    float[] left = floats(rows * rank);
    float[] right = floats(rank * columns);
    float[] amounts = floats(rank);
    float[] expected = product(left, right, amounts, rows, columns, rank);
    MemorySegment out = native_(new float[rows * columns]);
    Packed packed = pack(left, right, amounts, rows, columns, rank);

    kernel.multiply(packed.product(), out, rows, columns);

    assertThat(out.toArray(ValueLayout.JAVA_FLOAT)).isEqualTo(expected);
    for (int models = 0; models <= 2; models++) {
      Blended blended = new Blended(rows, columns, models);
      blended.isTheRoundedSum(packed.product(), expected);
      blended.isTheRoundedSum(Addition.change(out), expected);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 9, 200})
  void modelsAreAddedWithoutAProduct(int rows) {
    for (int columns : new int[] {16, 48, 112, 4096}) {
      for (int models = 1; models <= 3; models++) {
        new Blended(rows, columns, models)
            .isTheRoundedSum(Addition.nothing(), new float[rows * columns]);
      }
    }
  }

  /** Negative zeros, the smallest numbers, infinities and what is no number. */
  @Test
  void aBaseAloneStaysWhatItIs() {
    short[] base = new short[3 * 80];
    int[] edges = {0x8000, 0, 1, 0x8001, 0x7F, 0x7F7F, 0xFF7F, 0x7F80, 0xFF80, 0x7FC0, 0x3F80};
    for (int i = 0; i < base.length; i++) {
      base[i] = (short) edges[i % edges.length];
    }
    for (boolean floats : new boolean[] {false, true}) {
      MemorySegment out = arena.allocate(base.length * (floats ? 4L : 2L), 64);
      kernel.blend(tensors(base), Addition.nothing(), out, floats, 3, 80);
      for (int i = 0; i < base.length; i++) {
        int bits =
            floats
                ? out.getAtIndex(ValueLayout.JAVA_INT, i) >>> 16
                : out.getAtIndex(ValueLayout.JAVA_SHORT, i) & 0xFFFF;
        assertThat(bits).isEqualTo(base[i] & 0xFFFF);
      }
    }
  }

  private static Tensors tensors(MemorySegment base) {
    return new Tensors(base, new MemorySegment[0], new float[0]);
  }

  private Tensors tensors(short[] base) {
    return tensors(native_(base));
  }

  /** Base and models, and what is written. */
  private final class Blended {

    private final int rows;
    private final int columns;
    private final short[] base;
    private final short[][] models;
    private final float[] weights;

    Blended(int rows, int columns, int count) {
      this.rows = rows;
      this.columns = columns;
      this.base = brains(rows * columns);
      this.weights = floats(count);
      this.models = new short[count][];
      for (int k = 0; k < count; k++) {
        models[k] = brains(rows * columns);
      }
    }

    void isTheRoundedSum(Addition addition, float[] product) {
      Tensors tensors =
          new Tensors(
              native_(base),
              Stream.of(models).map(model -> native_(model)).toArray(MemorySegment[]::new),
              weights);
      short[] expected = new short[base.length];
      float[] wide = new float[base.length];
      for (int i = 0; i < base.length; i++) {
        float origin = BFloat16.toFloat(base[i]);
        float sum = 0;
        for (int k = 0; k < models.length; k++) {
          sum += weights[k] * (BFloat16.toFloat(models[k][i]) - origin);
        }
        expected[i] = BFloat16.fromFloat(origin + (sum + product[i]));
        wide[i] = BFloat16.toFloat(expected[i]);
      }
      MemorySegment out = native_(new short[base.length]);
      assertThat(kernel.blend(tensors, addition, out, false, rows, columns)).isTrue();
      assertThat(out.toArray(ValueLayout.JAVA_SHORT)).isEqualTo(expected);
      // At a multiple of a vector, and not.
      MemorySegment memory = arena.allocate(base.length * 4L + 64, 64);
      for (long offset : new long[] {0, 4, 64}) {
        MemorySegment floats = memory.asSlice(offset, base.length * 4L);
        floats.fill((byte) -1);
        assertThat(kernel.blend(tensors, addition, floats, true, rows, columns)).isTrue();
        assertThat(floats.toArray(ValueLayout.JAVA_FLOAT)).isEqualTo(wide);
      }
    }
  }

  /** The last finite bfloat16 number, and what rounds beyond it. */
  @Test
  void saysWhereAResultIsNotFinite() {
    float largest = BFloat16.toFloat((short) 0x7F7F);
    assertThat(blended(largest, 0)).isTrue();
    assertThat(blended(-largest, 0)).isTrue();
    assertThat(blended(largest, largest / 100)).isFalse();
    assertThat(blended(1, Float.NaN)).isFalse();
    assertThat(blended(1, Float.NEGATIVE_INFINITY)).isFalse();
  }

  private boolean blended(float base, float added) {
    int columns = 48;
    short[] bases = new short[3 * columns];
    bases[columns + 40] = BFloat16.fromFloat(base);
    float[] left = {0, 1, 0};
    float[] right = new float[columns];
    right[40] = added;
    Packed packed = pack(left, right, new float[] {1}, 3, columns, 1);
    MemorySegment out = native_(new short[bases.length]);
    return kernel.blend(tensors(bases), packed.product(), out, false, 3, columns);
  }

  @Test
  void tooLittleMemoryIsRefused() {
    MemorySegment few = arena.allocate(64);
    assertThatThrownBy(() -> kernel.multiply(Addition.product(few, few, 8), few, 2, 16))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("expected 512");
    MemorySegment enough = arena.allocate(64);
    assertThatThrownBy(() -> kernel.blend(tensors(enough), Addition.nothing(), enough, true, 2, 16))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("expected 128");
    assertThatThrownBy(
            () -> kernel.blend(tensors(enough), Addition.change(enough), enough, false, 2, 16))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("expected 128");
  }

  @Test
  void servesWholeVectorsOnly() {
    assertThat(BlendKernel.fits(4096)).isTrue();
    assertThat(BlendKernel.fits(4104)).isFalse();
  }

  private record Packed(MemorySegment left, MemorySegment panels, long components) {

    Addition product() {
      return Addition.product(left, panels, components);
    }
  }

  /** The components in two parts, as those of two experts. */
  private Packed pack(
      float[] left, float[] right, float[] amounts, int rows, int columns, int rank) {
    long components = BlendKernel.padded(rank);
    MemorySegment panels = arena.allocate(components * columns * Float.BYTES, 64);
    MemorySegment scaled = arena.allocate(rows * components * Float.BYTES, 64);
    int half = rank / 2;
    for (int[] part : new int[][] {{0, half}, {half, rank - half}}) {
      int first = part[0];
      int r = part[1];
      float[] some = new float[rows * r];
      for (int i = 0; i < rows; i++) {
        System.arraycopy(left, i * rank + first, some, i * r, r);
      }
      float[] below = new float[r * columns];
      System.arraycopy(right, first * columns, below, 0, below.length);
      float[] own = new float[r];
      System.arraycopy(amounts, first, own, 0, r);
      kernel.pack(native_(below), r, columns, panels, components, first);
      kernel.scale(native_(some), r, native_(own), scaled, components, first, rows);
    }
    return new Packed(scaled, panels, components);
  }

  private static float[] product(
      float[] left, float[] right, float[] amounts, int rows, int columns, int rank) {
    float[] out = new float[rows * columns];
    for (int i = 0; i < rows; i++) {
      for (int k = 0; k < rank; k++) {
        float factor = left[i * rank + k] * amounts[k];
        for (int j = 0; j < columns; j++) {
          out[i * columns + j] = Math.fma(factor, right[k * columns + j], out[i * columns + j]);
        }
      }
    }
    return out;
  }

  private float[] floats(int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  private short[] brains(int count) {
    short[] values = new short[count];
    for (int i = 0; i < count; i++) {
      values[i] = BFloat16.fromFloat((float) random.nextGaussian());
    }
    return values;
  }

  private MemorySegment native_(float[] values) {
    return arena.allocateFrom(ValueLayout.JAVA_FLOAT, values);
  }

  private MemorySegment native_(short[] values) {
    return arena.allocateFrom(ValueLayout.JAVA_SHORT, values);
  }
}
