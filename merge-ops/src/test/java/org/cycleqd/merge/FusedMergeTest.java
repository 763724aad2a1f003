package org.cycleqd.merge;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.cycleqd.merge.method.MergeMethod;
import org.cycleqd.merge.method.MergeMethods;
import org.cycleqd.merge.method.Parameter;
import org.cycleqd.merge.method.Signature;
import org.cycleqd.merge.stream.Parameters;
import org.cycleqd.merge.stream.Source;
import org.cycleqd.merge.stream.TensorTask;
import org.cycleqd.merge.stream.Tiles;
import org.cycleqd.random.Draws;
import org.cycleqd.tensor.DType;
import org.cycleqd.tensor.FloatConversion;
import org.cycleqd.tensor.TensorRows;
import org.cycleqd.tensor.TensorSpec;
import org.cycleqd.tensor.TensorTarget;
import org.cycleqd.tensor.TensorView;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Merging bfloat16 memory in one pass against merging the same values through tiles, on tensors of
 * several pieces with many equal magnitudes.
 */
class FusedMergeTest {

  static Stream<String> methods() {
    return MergeMethods.all().keySet().stream()
        .filter(name -> !name.equals("tsv") && !name.startsWith("iso_"));
  }

  @ParameterizedTest
  @MethodSource("methods")
  void givesTheBitsOfTheTiledMerge(String name) throws IOException {
    for (int models = 1; models <= 4; models++) {
      for (double density : new double[] {0.07, 0.5, 0.93}) {
        for (int[] shape : new int[][] {{300, 401}, {1, 70_001}, {3, 5}}) {
          compare(name, models, density, shape[0], shape[1]);
        }
      }
    }
  }

  private static void compare(String name, int models, double density, int rows, int columns)
      throws IOException {
    MergeMethod method = Objects.requireNonNull(MergeMethods.all().get(name));
    Signature signature = method.signature();
    if (models < signature.minimum() || models > signature.maximum()) {
      return;
    }
    TensorSpec spec = TensorSpec.of("w", DType.BF16, rows, columns);
    boolean withBase = signature.base() == Signature.Base.REQUIRED;
    byte[][] results = new byte[3][(int) spec.bytes()];
    for (int run = 0; run < results.length; run++) {
      boolean inMemory = run < 2;
      List<Source> sources = new ArrayList<>();
      for (int k = 0; k < models; k++) {
        Map<String, Object> values = values(signature.perModel(), density);
        values.replace("weight", 0.3 + 0.4 * k);
        sources.add(new Source("m" + k, rows(spec, "m" + k, inMemory), new Parameters(values)));
      }
      TensorTask task =
          new TensorTask(
              spec,
              withBase ? Optional.of(rows(spec, "base", inMemory)) : Optional.empty(),
              sources,
              new Parameters(values(signature.perTensor(), density)),
              5,
              false);
      assertThat(task.isFusible()).isEqualTo(inMemory);
      try (Tiles tiles = run == 0 ? new Tiles(3) : new Tiles(2, 1000);
          StreamingMerge merge =
              new StreamingMerge(method, Map.of("w", task), tiles, bytes -> {})) {
        merge.write(spec, TensorTarget.into(MemorySegment.ofArray(results[run])));
      }
    }
    assertThat(results[1]).as("%s of %d, other tiles", name, models).isEqualTo(results[0]);
    assertThat(results[2]).as("%s of %d, density %s", name, models, density).isEqualTo(results[0]);
  }

  private static Map<String, Object> values(List<Parameter> parameters, double density) {
    Map<String, Object> values = new HashMap<>();
    for (Parameter parameter : parameters) {
      values.put(parameter.name(), parameter.fallback().orElse(0.4));
    }
    values.replace("density", density);
    values.replace("epsilon", signatureEpsilon(values));
    return values;
  }

  /** DELLA's bounds hold for all densities here; RAM's threshold is as good as any. */
  private static Object signatureEpsilon(Map<String, Object> values) {
    return values.containsKey("density") ? 0.05 : 1e-5;
  }

  /** Few distinct values, as differences of bfloat16 weights have. */
  private static TensorRows rows(TensorSpec spec, String name, boolean inMemory) {
    Draws origin = Draws.at(1, "base");
    Draws change = Draws.at(1, name);
    float[] values = new float[(int) spec.elements()];
    for (int i = 0; i < values.length; i++) {
      float base = origin.below(i, 64) / 256f - 0.125f;
      values[i] = name.equals("base") ? base : base + (change.below(i, 17) - 8) / 1024f;
    }
    MemorySegment bytes = MemorySegment.ofArray(new byte[(int) spec.bytes()]);
    FloatConversion.round(DType.BF16, values, 0, bytes, 0, values.length);
    TensorView view = new TensorView(spec, bytes);
    return inMemory ? view : new Elsewhere(view);
  }

  /** Rows of which nobody knows that they lie in memory. */
  private record Elsewhere(TensorView view) implements TensorRows {

    @Override
    public TensorSpec spec() {
      return view.spec();
    }

    @Override
    public void read(long firstRow, int rows, float[] target) {
      view.read(firstRow, rows, target);
    }
  }
}
