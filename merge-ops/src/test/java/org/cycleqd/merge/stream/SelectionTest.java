package org.cycleqd.merge.stream;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.cycleqd.merge.kernel.MergeKernel;
import org.cycleqd.random.Draws;
import org.cycleqd.tensor.DType;
import org.cycleqd.tensor.FloatConversion;
import org.cycleqd.tensor.TensorRows;
import org.cycleqd.tensor.TensorSpec;
import org.cycleqd.tensor.TensorView;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Order statistics and trimming, against a full sort of data that is hard on them. */
class SelectionTest {

  private static final MergeKernel KERNEL = MergeKernel.fastest();
  private static final Draws DRAWS = Draws.at(23, "selection");

  /** Kinds of tensors. */
  enum Data {
    NORMAL,
    ALL_EQUAL,
    ALL_ZERO,
    TWO_VALUES,
    MOSTLY_ZERO,
    SUBNORMAL,
    TINY_AND_SUBNORMAL,
    ASCENDING,
    DESCENDING,
    FEW_BRAIN_VALUES,
    ONE_OUTLIER,
    ALL_EXPONENTS,
    TINY_THEN_LARGE,
    LARGE_THEN_TINY;

    private double element(int i, int n) {
      return switch (this) {
        case NORMAL -> DRAWS.gaussian(i);
        case ALL_EQUAL -> i % 2 == 0 ? 0.25 : -0.25;
        case ALL_ZERO -> i % 2 == 0 ? 0.0 : -0.0;
        case TWO_VALUES -> DRAWS.uniform(i) < 0.3 ? 1 : -1e-3;
        case MOSTLY_ZERO -> DRAWS.uniform(i) < 0.9 ? 0 : DRAWS.gaussian(i);
        case SUBNORMAL -> Float.MIN_VALUE * (DRAWS.below(i, 1000) - 500);
        case TINY_AND_SUBNORMAL -> Math.scalb(DRAWS.gaussian(i), -130 - i % 20);
        case ASCENDING -> i + 1;
        case DESCENDING -> i - n;
        case FEW_BRAIN_VALUES -> Math.rint(DRAWS.gaussian(i) * 8) / 128;
        case ONE_OUTLIER -> i == n / 2 ? 3e38 : 1e-4 * DRAWS.gaussian(i);
        case ALL_EXPONENTS -> Math.scalb(1 + DRAWS.uniform(i), i % 250 - 126);
        case TINY_THEN_LARGE -> (2 * i < n ? 1e-30 : 1) * (1 + DRAWS.uniform(i));
        case LARGE_THEN_TINY -> (2 * i < n ? 1 : 1e-30) * (1 + DRAWS.uniform(i));
      };
    }

    float[] floats(int n) {
      float[] floats = new float[n];
      for (int i = 0; i < n; i++) {
        floats[i] = (float) element(i, n);
      }
      return floats;
    }
  }

  private static TensorTask task(boolean inMemory, int columns, float[]... models) {
    TensorSpec spec = TensorSpec.of("tensor", DType.F32, models[0].length / columns, columns);
    List<Source> sources = new ArrayList<>();
    for (float[] model : models) {
      MemorySegment bytes = Arena.ofAuto().allocate(spec.bytes(), Long.BYTES);
      FloatConversion.round(DType.F32, model, 0, bytes, 0, model.length);
      TensorRows view = new TensorView(spec, bytes);
      sources.add(
          new Source(
              "m" + sources.size(), inMemory ? view : new Computed(view), Parameters.none()));
    }
    return new TensorTask(spec, Optional.empty(), sources, Parameters.none(), 1, false);
  }

  /** Rows that do not lie in memory as they are. */
  private record Computed(TensorRows rows) implements TensorRows {
    @Override
    public TensorSpec spec() {
      return rows.spec();
    }

    @Override
    public void read(long firstRow, int count, float[] target) {
      rows.read(firstRow, count, target);
    }
  }

  /** Indices by magnitude from the largest; of equal ones the first is the larger. */
  private static int[] sorted(float[] values) {
    return IntStream.range(0, values.length)
        .mapToLong(i -> (long) ~Float.floatToRawIntBits(Math.abs(values[i])) << 32 | i)
        .sorted()
        .mapToInt(key -> (int) key)
        .toArray();
  }

  private static List<Long> ranks(long n) {
    return List.of(0L, 1L, 2L, (long) (0.1 * n), n / 2, (long) (0.9 * n), n - 1, n).stream()
        .filter(rank -> rank <= n)
        .toList();
  }

  private static List<List<Cut>> cuts(
      Tiles tiles, TensorTask task, boolean elementwise, List<List<Long>> ranks)
      throws IOException {
    return new Selection(KERNEL, tiles, task, Tile::models, elementwise)
        .cuts(ranks).stream().map(row -> row.stream().map(Selection.Found::cut).toList()).toList();
  }

  private static void assertCut(Cut cut, float[] values, int[] sorted, long rank) {
    if (rank <= 0) {
      assertThat(cut).isEqualTo(Cut.NONE);
    } else if (rank >= values.length) {
      assertThat(cut).isEqualTo(Cut.ALL);
    } else {
      float magnitude = Math.abs(values[sorted[(int) rank - 1]]);
      long above = 0;
      long equal = 0;
      for (float value : values) {
        above += Math.abs(value) > magnitude ? 1 : 0;
        equal += Math.abs(value) == magnitude ? 1 : 0;
      }
      assertThat(cut).isEqualTo(new Cut(magnitude, rank - above, equal));
    }
  }

  @ParameterizedTest
  @EnumSource
  void findsWhatASortFinds(Data data) throws IOException {
    for (int[] shape : new int[][] {{1, 1}, {1, 2}, {3, 1}, {2, 16}, {1, 3000}, {700, 100}}) {
      float[] values = data.floats(shape[0] * shape[1]);
      int[] sorted = sorted(values);
      List<Long> ranks = ranks(values.length);
      for (boolean inMemory : new boolean[] {true, false}) {
        TensorTask task = task(inMemory, shape[1], values);
        for (boolean elementwise : inMemory ? new boolean[] {true, false} : new boolean[] {true}) {
          try (Tiles tiles = new Tiles(2, 1000)) {
            List<Cut> cuts = cuts(tiles, task, elementwise, List.of(ranks)).getFirst();
            for (int i = 0; i < cuts.size(); i++) {
              assertCut(cuts.get(i), values, sorted, ranks.get(i));
            }
          }
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void findsTheSameInBrainMemoryAndWhereEqualsAre(Data data) throws IOException {
    int n = 300_007;
    float[] base = brain(Data.FEW_BRAIN_VALUES.floats(n));
    float[] model = brain(data.floats(n));
    float[] deltas = model.clone();
    KERNEL.subtract(deltas, base, n);
    for (float[][] pair : new float[][][] {{base, model, deltas}, {new float[n], model, model}}) {
      float[] values = pair[2];
      int[] order = sorted(values);
      List<Long> ranks = ranks(n);
      try (Tiles tiles = new Tiles(2)) {
        List<Selection.Found> found =
            Selection.ofDeltas(KERNEL, tiles, brainTask(pair[0], pair[1]))
                .cuts(List.of(ranks))
                .getFirst();
        for (int i = 0; i < ranks.size(); i++) {
          Cut cut = found.get(i).cut();
          assertCut(cut, values, order, ranks.get(i));
          found.get(i).equalsBefore().ifPresent(before -> assertEquals(before, cut, values));
        }
      }
    }
  }

  private static float[] brain(float[] values) {
    float[] rounded = new float[values.length];
    MemorySegment bytes = Arena.ofAuto().allocate(2L * values.length, Long.BYTES);
    FloatConversion.round(DType.BF16, values, 0, bytes, 0, values.length);
    FloatConversion.widen(DType.BF16, bytes, 0, rounded, 0, values.length);
    return rounded;
  }

  private static TensorTask brainTask(float[] base, float[] model) {
    TensorSpec spec = TensorSpec.of("tensor", DType.BF16, 1, base.length);
    List<TensorRows> views = new ArrayList<>();
    for (float[] values : List.of(base, model)) {
      MemorySegment bytes = Arena.ofAuto().allocate(spec.bytes(), Long.BYTES);
      FloatConversion.round(DType.BF16, values, 0, bytes, 0, values.length);
      views.add(new TensorView(spec, bytes));
    }
    Source source = new Source("m", views.getLast(), Parameters.none());
    return new TensorTask(
        spec, Optional.of(views.getFirst()), List.of(source), Parameters.none(), 1, false);
  }

  private static void assertEquals(long[] before, Cut cut, float[] values) {
    long equal = 0;
    for (int i = 0; i < values.length; i++) {
      if (i % Tiles.PIECE_ELEMENTS == 0) {
        assertThat(before[i / Tiles.PIECE_ELEMENTS]).isEqualTo(equal);
      }
      equal += Math.abs(values[i]) == cut.magnitude() ? 1 : 0;
    }
    assertThat(before[before.length - 1]).isEqualTo(equal);
  }

  @Test
  void everyRankOfEverySizeIsFound() throws IOException {
    try (Tiles tiles = new Tiles(1)) {
      for (int n = 1; n <= 40; n += n < 9 ? 1 : 10) {
        for (Data data : List.of(Data.NORMAL, Data.FEW_BRAIN_VALUES, Data.MOSTLY_ZERO)) {
          float[] values = data.floats(n);
          int[] sorted = sorted(values);
          List<Long> ranks = IntStream.rangeClosed(0, n).mapToObj(i -> (long) i).toList();
          List<Cut> cuts = cuts(tiles, task(true, n, values), true, List.of(ranks)).getFirst();
          for (int rank = 0; rank <= n; rank++) {
            assertCut(cuts.get(rank), values, sorted, rank);
          }
        }
      }
    }
  }

  /** What is left of two tensors at a time, one with the largest dropped as well. */
  private static float[][] trimmed(
      float[][] models, int columns, long kept, long dropped, int threads, int elements)
      throws IOException {
    TensorTask task = task(true, columns, models);
    float[][] left = new float[2][models[0].length];
    try (Tiles tiles = new Tiles(threads, elements)) {
      List<List<Cut>> cuts =
          cuts(tiles, task, true, List.of(List.of(kept), List.of(kept + dropped, dropped)));
      Trim trim =
          new Trim(
              KERNEL,
              Tile::models,
              List.of(
                  new Trim.Band(cuts.getFirst().getFirst(), Optional.empty()),
                  new Trim.Band(cuts.getLast().getFirst(), Optional.of(cuts.getLast().getLast()))));
      tiles.forEach(
          task,
          trim,
          (tile, _) -> {
            for (int k = 0; k < 2; k++) {
              System.arraycopy(
                  tile.models()[k], 0, left[k], (int) tile.firstElement(), tile.count());
            }
          });
    }
    return left;
  }

  private static float[] reference(float[] values, long from, long to) {
    int[] sorted = sorted(values);
    float[] left = new float[values.length];
    for (int i = (int) from; i < to; i++) {
      left[sorted[i]] = values[sorted[i]];
    }
    return left;
  }

  private static void assertSame(float[] found, float[] expected) {
    for (int i = 0; i < expected.length; i++) {
      if (found[i] != expected[i]) { // zeros of either sign are the same
        assertThat(found[i]).as("element %d", i).isEqualTo(expected[i]);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void keepsExactlyAsManyAndOfEqualOnesTheFirst(Data data) throws IOException {
    for (int[] shape : new int[][] {{1, 1}, {9, 11}, {61, 64}, {700, 100}}) {
      int n = shape[0] * shape[1];
      float[][] models = {data.floats(n), Data.FEW_BRAIN_VALUES.floats(n)};
      for (double density : new double[] {0, 0.2, 0.95, 1}) {
        long kept = (long) (density * n);
        long dropped = Math.min((long) (0.1 * n), n - kept);
        float[] first = reference(models[0], 0, kept);
        float[] second = reference(models[1], dropped, dropped + kept);
        for (int[] how : new int[][] {{1, 500}, {3, 64}}) {
          float[][] left = trimmed(models, shape[1], kept, dropped, how[0], how[1]);
          assertSame(left[0], first);
          assertSame(left[1], second);
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void bandsOfEqualsAreCutAtBothEnds(Data data) throws IOException {
    int n = 61 * 64;
    float[][] models = {Data.NORMAL.floats(n), data.floats(n)};
    for (long dropped : new long[] {1, 7, n / 3}) {
      for (long kept : new long[] {1, n / 2, n - n / 3 - 1}) {
        float[][] left = trimmed(models, 64, kept, dropped, 3, 64);
        assertSame(left[1], reference(models[1], dropped, dropped + kept));
      }
    }
  }
}
