package org.cycleqd.merge;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.cycleqd.checkpoint.LinkPolicy;
import org.cycleqd.merge.recipe.Recipe;
import org.cycleqd.merge.recipe.RecipeReader;
import org.cycleqd.merge.stream.TensorTask;
import org.cycleqd.merge.stream.Tiles;
import org.cycleqd.tensor.DType;
import org.cycleqd.tensor.SafetensorsFile;
import org.cycleqd.tensor.TensorTarget;
import org.cycleqd.tensor.TensorView;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every method against the numbers that mergekit 0.1.4 gives in float32. */
class MergeConformanceTest {

  private static final Path GOLDEN =
      Path.of(System.getProperty("cycleqd.root")).resolve("../shared/golden/merge");
  private static final float BRAIN_FLOOR = 2e-6f;

  static Stream<String> cases() throws IOException {
    if (!Files.isDirectory(GOLDEN)) {
      return Stream.of("none");
    }
    try (Stream<Path> folders = Files.list(GOLDEN.resolve("cases"))) {
      // Those computed in bfloat16 throughout are further from the truth than we are.
      return folders
          .map(folder -> folder.getFileName().toString())
          .filter(name -> !name.startsWith("bf16all_"))
          .sorted()
          .toList()
          .stream();
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void agrees(String name) throws IOException {
    Assumptions.assumeTrue(Files.isDirectory(GOLDEN), "golden merges are not here");
    JsonNode facts =
        new ObjectMapper().readTree(GOLDEN.resolve("cases.json").toFile()).get("cases").get(name);
    double tolerance = facts.get("tolerance").isNumber() ? facts.get("tolerance").asDouble() : -1;
    double allowed = facts.get("max_mismatch_fraction").asDouble();
    try (MergePlan plan = plan(name, true);
        SafetensorsFile expected =
            SafetensorsFile.open(GOLDEN.resolve("cases/%s/expected.safetensors".formatted(name)))) {
      Map<String, TensorView> merged = merge(plan, new Tiles(2));
      long different = 0;
      long entries = 0;
      double worst = 0;
      for (TensorView view : expected.tensors().values()) {
        String tensor = view.spec().name().replaceFirst("\\[:\\d+\\]$", "");
        TensorView found = Objects.requireNonNull(merged.get(tensor), tensor);
        float[] wanted = view.toFloats();
        float[] given = found.toFloats();
        assertThat(found.spec().dtype()).isEqualTo(view.spec().dtype());
        for (int i = 0; i < wanted.length; i++) {
          double error = Math.abs((double) wanted[i] - given[i]);
          boolean same = tolerance < 0 ? given[i] == wanted[i] : error <= tolerance;
          if (!same) {
            different++;
            boolean near = tolerance < 0 && error <= Math.max(ulp(wanted[i]), BRAIN_FLOOR);
            worst = near ? worst : Math.max(worst, error);
          }
        }
        entries += wanted.length;
      }
      assertThat(different)
          .as("entries of %d that differ, the worst by %s", entries, worst)
          .isLessThanOrEqualTo((long) (allowed * entries));
      boolean ordersEquals = Math.abs(allowed - 0.005) > 1e-9;
      if (tolerance < 0 && !ordersEquals) {
        assertThat(worst).as("beyond one unit in the last place").isZero();
      }
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void doesNotDependOnThreadsAndTiles(String name) throws IOException {
    Assumptions.assumeTrue(Files.isDirectory(GOLDEN), "golden merges are not here");
    try (MergePlan plan = plan(name, false)) {
      Map<String, TensorView> one = merge(plan, new Tiles(1, 1));
      Map<String, TensorView> many = merge(plan, new Tiles(3, 1000));
      assertThat(one.keySet()).isEqualTo(plan.tasks().keySet());
      one.forEach((tensor, view) ->
          assertThat(view.data().mismatch(Objects.requireNonNull(many.get(tensor)).data()))
              .as(tensor)
              .isEqualTo(-1));
    }
  }

  private static float ulp(float value) {
    return Math.ulp(value) * (1 << 16);
  }

  private static MergePlan plan(String name, boolean compatible) throws IOException {
    Path file = GOLDEN.resolve("cases/%s/config.yaml".formatted(name));
    String text = Files.readString(file) + (compatible ? "\ncompat: mergekit\n" : "");
    Recipe recipe = RecipeReader.parse(text, file);
    return MergePlan.of(
        file,
        recipe,
        new ModelFolders(file, Optional.of(GOLDEN.resolve("models")), LinkPolicy.REFUSE));
  }

  private static Map<String, TensorView> merge(MergePlan plan, Tiles tiles) throws IOException {
    assertThat(plan.conflicts()).isEmpty();
    Map<String, TensorView> merged = new HashMap<>();
    try (tiles;
        StreamingMerge merge =
            new StreamingMerge(plan.method(), plan.tasks(), tiles, bytes -> {})) {
      for (TensorTask task : List.copyOf(plan.tasks().values())) {
        MemorySegment bytes = MemorySegment.ofArray(new byte[(int) task.output().bytes()]);
        merge.write(task.output(), TensorTarget.into(bytes));
        merged.put(task.output().name(), new TensorView(task.output(), bytes));
      }
    }
    assertThat(merged).isNotEmpty();
    assertThat(merged.values())
        .allSatisfy(view -> assertThat(view.spec().dtype()).isIn(DType.F32, DType.BF16));
    return merged;
  }
}
