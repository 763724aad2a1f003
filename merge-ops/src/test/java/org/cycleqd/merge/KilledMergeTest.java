package org.cycleqd.merge;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.cycleqd.checkpoint.ExistingTarget;
import org.cycleqd.merge.TestModels.Shape;
import org.cycleqd.merge.stream.Tiles;
import org.cycleqd.random.Draws;
import org.cycleqd.tensor.DType;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Merges in processes that are really killed. */
class KilledMergeTest {

  private static final int KILLED = 128 + 9;
  private static final Shape SHAPE = new Shape(100_000, 2, false, false, 1e4, 64, DType.BF16);

  @TempDir private static Path folder;
  private static TestModels models = new TestModels(Path.of(""));
  private static Path recipe = Path.of("");
  private static String old = "";
  private static String expected = "";

  @TempDir private Path parent;

  @BeforeAll
  static void mergeUndisturbed() throws IOException {
    models = new TestModels(folder);
    old = TestModels.digest(models.publish("a", SHAPE));
    models.publish("b", SHAPE);
    recipe = Files.writeString(folder.resolve("recipe.yaml"), TestModels.LINEAR);
    expected = merged(folder.resolve("m"));
    assertThat(folder.resolve("m/model-00002-of-00003.safetensors")).exists();
  }

  /** Twenty numbers of bytes, the first ones and the last one. */
  static Stream<Long> deadlyBytes() throws IOException {
    long all = SHAPE.config().tensors().stream().mapToLong(spec -> spec.bytes()).sum();
    Draws draws = Draws.at(12, "killed merge");
    return LongStream.concat(
            IntStream.range(0, 20).mapToLong(i -> draws.below(i, (int) all)), LongStream.of(1, all))
        .boxed();
  }

  @ParameterizedTest
  @MethodSource("deadlyBytes")
  void aKilledMergeLeavesNothingOrTheOldModelAndTheNextOneSucceeds(long deadly) throws Exception {
    Path target = parent.resolve("m");
    boolean replacing = deadly % 2 == 0;
    if (replacing) {
      try (Stream<Path> files = Files.list(folder.resolve("a"))) {
        Files.createDirectory(target);
        for (Path file : files.toList()) {
          Files.copy(file, target.resolve(folder.resolve("a").relativize(file).toString()));
        }
      }
    }
    Process process = MergingProcess.start(recipe, target, deadly, parent.resolve("e").toFile());
    assertThat(process.waitFor()).isEqualTo(KILLED);
    if (replacing) {
      assertThat(TestModels.digest(target)).isEqualTo(old);
    } else {
      assertThat(target).doesNotExist();
    }
    assertThat(new TestModels(parent).names().toString()).contains(".m.", ".partial");
    assertThat(merged(target)).isEqualTo(expected);
    assertThat(new TestModels(parent).names()).containsExactly("e", "m");
  }

  private static String merged(Path target) throws IOException {
    try (MergePlan plan = models.plan(recipe);
        Tiles tiles = new Tiles(2)) {
      Merger.publish(
          plan, target, ExistingTarget.REPLACE, tiles, MergingProcess.SHARD_BYTES, _ -> {});
    }
    return TestModels.digest(target);
  }
}
