package org.cycleqd.merge.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import org.cycleqd.random.Draws;
import org.cycleqd.tensor.DType;
import org.cycleqd.tensor.FloatConversion;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The fused kernel against separate products and additions, bit for bit, on odd sizes. */
class FusedProductsTest {

  @ParameterizedTest
  @CsvSource({
    "1, 1, 1",
    "3, 15, 2",
    "4, 16, 5",
    "5, 33, 16",
    "9, 32, 17",
    "8, 100, 48",
    "7, 1100, 64",
    "4, 1025, 33"
  })
  void productsAreAddedLikeThoseThatWereStored(int rows, int columns, int rank) {
    int above = 3; // rows of the product before those that are asked for
    LowRankProduct product =
        new LowRankProduct(
            values("left", (rows + above) * rank), values("right", rank * columns), rank, columns);
    int count = rows * columns;
    MemorySegment stored = MemorySegment.ofArray(new float[count]);
    product.multiply(above, rows, stored);
    requireProduct(product, above, stored);
    MemorySegment base = brain(values("base", count));
    MemorySegment[] models = {brain(values("a", count)), brain(values("b", count))};
    for (int k = 0; k <= 2; k++) {
      float[] weights = Arrays.copyOf(new float[] {0.6f, -0.3f}, k);
      MemorySegment[] inputs = Arrays.copyOf(models, k);
      MemorySegment wanted = brain(new float[count]);
      MemorySegment found = brain(new float[count]);
      assertThat(FusedChanges.add(base, inputs, weights, stored, wanted, count)).isTrue();
      assertThat(FusedProducts.add(base, inputs, weights, product, above, rows, found)).isTrue();
      assertThat(found.mismatch(wanted)).isEqualTo(-1);
    }
    for (int element : new int[] {0, count / 2, count - 1}) {
      MemorySegment huge = brain(values("base", count));
      huge.setAtIndex(ValueLayout.JAVA_SHORT_UNALIGNED, element, (short) 0x7F80);
      assertThat(
              FusedProducts.add(
                  huge, new MemorySegment[0], new float[0], product, above, rows, huge))
          .as("element %d is infinite", element)
          .isFalse();
    }
  }

  private static void requireProduct(LowRankProduct product, int above, MemorySegment stored) {
    long count = stored.byteSize() / Float.BYTES;
    for (int i = 0; i < count; i++) {
      int row = above + i / product.columns();
      double sum = 0;
      for (int p = 0; p < product.rank(); p++) {
        double right = product.right()[p * product.columns() + i % product.columns()];
        sum += product.left()[row * product.rank() + p] * right;
      }
      assertThat((double) stored.getAtIndex(ValueLayout.JAVA_FLOAT, i))
          .isCloseTo(sum, within(1e-4));
    }
  }

  private static float[] values(String name, int count) {
    Draws draws = Draws.at(3, name);
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) draws.gaussian(i);
    }
    return values;
  }

  private static MemorySegment brain(float[] values) {
    MemorySegment bits = MemorySegment.ofArray(new byte[2 * values.length]);
    FloatConversion.round(DType.BF16, values, 0, bits, 0, values.length);
    return bits;
  }
}
