package org.cycleqd.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.file.Path;
import java.util.List;
import org.cycleqd.lm.Precision;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ExperimentConfigTest {

  private static final Path CONFIGS =
      Path.of(System.getProperty("cycleqd.root"), "experiments", "configs");

  private static ExperimentConfig read(String name, String... overrides) {
    return ConfigReader.read(
        CONFIGS.resolve(name + ".yaml"), ExperimentConfig.class, List.of(overrides));
  }

  @ParameterizedTest
  @ValueSource(strings = {"quickstart", "paper"})
  void shippedConfigurationSurvivesWritingAndReading(String name) {
    ExperimentConfig config = read(name, "runtime.workers=3", "archive.ranges.os=[0.125, 1]");
    String yaml = ConfigWriter.write(config);
    assertThat(
            ConfigReader.parse(
                yaml,
                new Origin("copy", Path.of("/elsewhere"), 1),
                ExperimentConfig.class,
                List.of()))
        .isEqualTo(config);
    assertThat(yaml).contains("temperature: 1.0").contains(config.base().toString());
    assertThat(config.base()).isAbsolute();
  }

  @Test
  void paperConfigurationIsTheDefaults() {
    ExperimentConfig paper = read("paper");
    ExperimentConfig defaults =
        ConfigReader.parse(
            "{name: x, base: b, experts: [{name: a, path: a, task: a}, {name: b, path: b, task: b}],"
                + " tasks: [{name: a, type: t, optimisation: 1, test: 0},"
                + " {name: b, type: t, optimisation: 1, test: 0}]}",
            new Origin("defaults", Path.of("/"), 1),
            ExperimentConfig.class,
            List.of());
    assertThat(paper.genome()).isEqualTo(defaults.genome());
    assertThat(paper.archive()).isEqualTo(defaults.archive());
    assertThat(paper.search()).isEqualTo(defaults.search());
    assertThat(paper.aggregation()).isEqualTo(defaults.aggregation());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          name=a/b                     | `name` is 'a/b', allowed: letters, digits, '.', '_' and '-', starting with a letter or digit
          experts.0.name=..            | `experts.0.name` is '..', allowed: letters, digits, '.', '_' and '-', starting with a letter or digit
          tasks.0.type=a b             | `tasks.0.type` is 'a b', allowed: letters, digits, '.', '_' and '-', starting with a letter or digit
          tasks.0.optimisation=0       | `tasks.0.optimisation` is 0, allowed: 1 or more
          tasks.0.test=-1              | `tasks.0.test` is -1, allowed: 0 or more
          experts.1.name=code          | `experts.1.name` is 'code' again, allowed: a different one in each of experts
          experts.1.task=code          | `experts.1.task` is 'code' again, allowed: a different one in each of experts
          experts.1.task=dbb           | `experts.1.task` names no task: 'dbb'; did you mean `db`?
          tasks.2.name=db              | `tasks.2.name` is 'db' again, allowed: a different one in each of tasks
          archive.bins=0               | `archive.bins` is 0, allowed: from 1 to 1000
          archive.cells=1              | `archive.cells` is 1, allowed: from 2 to 10000
          archive.tessellation=hexagon | `archive.tessellation` is the text 'hexagon', expected one of grid, cvt
          archive.add={rule: soft}     | `archive.add.learning_rate` is missing, expected a number
          archive.add={rule: soft, learning_rate: 2} | `archive.add.learning_rate` is 2.0, allowed: from 0.0 to 1.0
          archive.add={rule: dominated-novelty, capacity: 1} | `archive.add.capacity` is 1, allowed: from 2 to 10000
          archive={tessellation: cvt, add: {rule: dominated-novelty}} | `archive.tessellation` is cvt, allowed: grid (the default), since dominated-novelty archives have no cells
          archive.lower_factor=1.5     | `archive.lower_factor` is 1.5, allowed: from 0.0 to 1.0
          archive.upper_factor=0.5     | `archive.upper_factor` is 0.5, allowed: from 1.0 to 10.0
          archive.ranges.code=[0.5, 0.5] | `archive.ranges.code.upper` is 0.5, allowed: above the lower bound 0.5
          archive.ranges.code=[-1, 0.5]  | `archive.ranges.code.lower` is -1.0, allowed: from 0.0 to 1.0
          archive.ranges.code=[0, 45]    | `archive.ranges.code.upper` is 45.0, allowed: from 0.0 to 1.0
          archive.ranges.cod=[0, 1]      | `archive.ranges.cod` names no task: 'cod'; did you mean `code`?
          search.children=0            | `search.children` is 0, allowed: 1 or more
          search.lag=2000              | `search.lag` is 2000, allowed: from 1 to 1024
          search.sampling.alpha_low=0  | `search.sampling.alpha_low` is 0.0, allowed: above 0
          search.sampling.alpha_high=0.4 | `search.sampling.alpha_high` is 0.4, allowed: alpha_low (0.5) or more
          search.crossover.mean=-1     | `search.crossover.mean` is -1.0, allowed: above 0
          search.crossover.sigma=-0.1  | `search.crossover.sigma` is -0.1, allowed: 0.0 or more
          search.mutations.0.w_max=0   | `search.mutations.0.w_max` is 0.0, allowed: above 0
          search.mutations=[{operator: coefficient-gaussian, sigma: 0}] | `search.mutations.0.sigma` is 0.0, allowed: above 0
          aggregation.temperature=0    | `aggregation.temperature` is 0.0, allowed: above 0
          runtime.workers=0            | `runtime.workers` is 0, allowed: from 1 to 1024
          runtime.threads=0            | `runtime.threads` is 0, allowed: from 1 to 1024
          runtime.dtype=fp8            | `runtime.dtype` is the text 'fp8', expected one of f32, bf16, f16
          runtime.device=gpu           | `runtime.device` is 'gpu', allowed: cpu, or cuda:N for the N-th GPU
          runtime.max_new_tokens=0     | `runtime.max_new_tokens` is 0, allowed: from 1 to 1000000
          """)
  void valueOutsideItsRangeIsRefused(String override, String problem) {
    assertThatExceptionOfType(ConfigException.class)
        .isThrownBy(() -> read("paper", override))
        .withMessage("--set " + override + ": " + problem);
  }

  @Test
  void numbersOfExpertsAndTasksMustAgree() {
    assertThatExceptionOfType(ConfigException.class)
        .isThrownBy(() -> read("quickstart", "experts=[{name: code, path: a, task: code}]"))
        .withMessageEndingWith("`experts` has 1, allowed: one for each of the 3 tasks");
    assertThatExceptionOfType(ConfigException.class)
        .isThrownBy(() -> read("quickstart", "tasks=[]"))
        .withMessageEndingWith("`tasks` has 0, allowed: 2 or more");
  }

  @Test
  void recordsCheckThemselvesWithoutAFile() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new CrossoverConfig(1.0, Double.NaN, false))
        .withMessage("sigma is NaN, allowed: 0.0 or more");
  }

  @Test
  void workersFollowProcessorsAndLagUnlessConfigured() {
    RuntimeConfig open = new RuntimeConfig(null, 1, 64, Draft.REFERENCE, Precision.F32, "cpu");
    assertThat(open.workers(8, 2)).isEqualTo(2);
    assertThat(open.workers(1, 4)).isEqualTo(1);
    assertThat(new RuntimeConfig(5, 1, 64, Draft.NONE, Precision.BF16, "cpu").workers(1, 1))
        .isEqualTo(5);
  }
}
