package org.cycleqd.experiment.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.cycleqd.checkpoint.Checkpoint;
import org.cycleqd.checkpoint.CheckpointContent;
import org.cycleqd.checkpoint.ExistingTarget;
import org.cycleqd.experiment.ConfigException;
import org.cycleqd.experiment.ConfigReader;
import org.cycleqd.experiment.ExperimentConfig;
import org.cycleqd.experiment.UserException;
import org.cycleqd.lm.LiveModel;
import org.cycleqd.lm.LlamaRuntime;
import org.cycleqd.merge.MergePlan;
import org.cycleqd.merge.Merger;
import org.cycleqd.merge.stream.Tiles;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BaselineTest {

  private static final Path ROOT = Path.of(System.getProperty("cycleqd.root"));

  private static ExperimentConfig config(String... overrides) {
    return (ExperimentConfig)
        ConfigReader.readRun(
            ROOT.resolve("experiments/configs/quickstart.yaml"), List.of(overrides));
  }

  /** What is scored is what is exported. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "{method: task-arithmetic, lambda: 0.4}",
        "{method: ties, density: 0.3}",
        "{method: dare-linear, density: 0.5, lambda: 0.5, seed: 3}",
        "{method: dare-ties, density: 0.5, seed: 4}",
        "{method: model-stock}"
      })
  void theLiveModelHasTheWeightsOfThePublishedOne(String baseline, @TempDir Path folder)
      throws Exception {
    ExperimentConfig config = config("baselines=[" + baseline + "]");
    try (ExperimentModels models = ExperimentModels.open(config)) {
      Baseline merge = Baseline.of(config, models).getFirst();
      Path published = folder.resolve("merged");
      try (MergePlan plan = merge.plan();
          Tiles tiles = new Tiles(2)) {
        Merger.publish(
            plan,
            published,
            ExistingTarget.REFUSE,
            tiles,
            CheckpointContent.DEFAULT_SHARD_BYTES,
            _ -> {});
      }
      try (LlamaRuntime runtime = new LlamaRuntime(models.base().config(), 8);
          LiveModel scored = new LiveModel(runtime);
          LiveModel read = new LiveModel(runtime);
          Checkpoint checkpoint = Checkpoint.open(published)) {
        merge.load(scored);
        read.load(checkpoint);
        assertThat(scored.checksum()).isEqualTo(read.checksum());
        read.load(models.base());
        assertThat(scored.checksum()).isNotEqualTo(read.checksum());
      }
    }
  }

  @Test
  void coinsDependOnTheSeedAlone() throws Exception {
    ExperimentConfig config =
        config(
            "baselines=[{method: dare-linear, seed: 1}, {method: dare-linear, name: other, seed: 2},"
                + " {method: dare-linear, name: again, seed: 1}]");
    try (ExperimentModels models = ExperimentModels.open(config);
        LlamaRuntime runtime = new LlamaRuntime(models.base().config(), 8);
        LiveModel live = new LiveModel(runtime)) {
      List<Baseline> merges = Baseline.of(config, models);
      long[] sums = new long[3];
      for (int i = 0; i < 3; i++) {
        merges.get(i).load(live);
        sums[i] = live.checksum();
      }
      assertThat(sums[1]).isNotEqualTo(sums[0]);
      assertThat(sums[2]).isEqualTo(sums[0]);
      assertThat(merges.get(2).digest()).isEqualTo(merges.get(0).digest());
      assertThat(merges.get(0).origin())
          .isEqualTo(
              "the merge of the experts by dare_linear, density 0.1, lambda 1.0, rescale inv_density, seed 1");
    }
  }

  @Test
  void whatCannotBeMergedIsRefusedBeforeTheSearch(@TempDir Path folder) throws Exception {
    Path odd =
        Files.createSymbolicLink(folder.resolve("a+b"), ROOT.resolve("experiments/models/pico/os"));
    ExperimentConfig config = config("baselines=[{method: ties}]", "experts.2.path=" + odd);
    try (ExperimentModels models = ExperimentModels.open(config)) {
      assertThatExceptionOfType(UserException.class)
          .isThrownBy(() -> Baseline.of(config, models))
          .withMessageContaining("baselines.0: found the folder " + odd);
    }
    refused("{method: ties, density: 0}", "`baselines.0.density` is 0.0, allowed: above 0");
    refused("{method: ties, name: best}", "`baselines.0.name` is 'best', allowed: one that no");
    refused("{method: ties}, {method: ties}", "`baselines.1.name`");
    refused("{method: slerp}", "task-arithmetic");
  }

  private static void refused(String baselines, String problem) {
    assertThatExceptionOfType(ConfigException.class)
        .isThrownBy(() -> config("baselines=[" + baselines + "]"))
        .withMessageContaining(problem);
  }
}
