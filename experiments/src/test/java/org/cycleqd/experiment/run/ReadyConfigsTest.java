package org.cycleqd.experiment.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.cycleqd.evaluation.PublishedTasks;
import org.cycleqd.experiment.ConfigReader;
import org.cycleqd.experiment.ExperimentConfig;
import org.cycleqd.experiment.RunConfig;
import org.cycleqd.experiment.TaskConfig;
import org.cycleqd.pool.Exam;
import org.cycleqd.task.Split;
import org.cycleqd.task.Task;
import org.cycleqd.task.TaskCatalogue;
import org.junit.jupiter.api.Test;

/** The ready configurations are right as far as that can be seen without their models. */
class ReadyConfigsTest {

  private static final Path CONFIGS =
      Path.of(System.getProperty("cycleqd.root"), "experiments/configs");

  @Test
  void readyConfigsCanBeRun() throws Exception {
    TaskCatalogue catalogue = PublishedTasks.catalogue();
    List<Path> files;
    try (Stream<Path> found = Files.list(CONFIGS)) {
      files = found.filter(file -> file.toString().endsWith(".yaml")).sorted().toList();
    }
    assertThat(files).hasSizeGreaterThan(3);
    for (Path file : files) {
      RunConfig run = ConfigReader.readRun(file, List.of());
      assertThat(SearchPlan.of(run).taskNames()).isEqualTo(run.taskNames());
      if (run instanceof ExperimentConfig config) {
        for (int i = 0; i < config.tasks().size(); i++) {
          check(catalogue, i, config.tasks().get(i));
        }
      }
    }
  }

  /** There are as many items, and none that a search must not see. */
  private static void check(TaskCatalogue catalogue, int number, TaskConfig config) {
    Task task = catalogue.task(config.type(), Optional.empty());
    long seed = config.itemSeed();
    Exam test = Exam.of(config.name(), task, Split.TEST, config.test(), seed);
    Exam seen = Exam.of(config.name(), task, Split.OPTIMISATION, config.optimisation(), seed);
    ItemGuard.check(number, config, seen, test);
    if (config.validation() > 0) {
      Exam held =
          Exam.validation(config.name(), task, config.optimisation(), config.validation(), seed);
      ItemGuard.check(number, config, held, test);
      assertThat(held.items())
          .hasSize(config.validation())
          .doesNotContainAnyElementsOf(seen.items());
    }
  }
}
