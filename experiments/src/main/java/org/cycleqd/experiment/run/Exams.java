package org.cycleqd.experiment.run;

import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.cycleqd.evaluation.Talking;
import org.cycleqd.experiment.ExperimentConfig;
import org.cycleqd.experiment.SearchConfig;
import org.cycleqd.experiment.TaskConfig;
import org.cycleqd.experiment.UserException;
import org.cycleqd.pool.Exam;
import org.cycleqd.task.Asking;
import org.cycleqd.task.Split;
import org.cycleqd.task.Task;
import org.cycleqd.task.TaskCatalogue;

/**
 * The items of all tasks, in the order of the tasks.
 *
 * @param optimisation what the search scores with
 * @param validation what elites are compared with after it; none where the config wants none
 * @param test what the report is about
 * @param further what elites are scored with again in the course of the search; may be none
 */
record Exams(List<Exam> optimisation, List<Exam> validation, List<Exam> test, List<Exam> further) {

  /** Tokens of a sequence that programs may ask for, where the model has so many. */
  private static final int SERVED = 2048;

  /**
   * Chooses the items.
   *
   * @throws UserException if a task is unknown, has too few items, or shows the search items that
   *     it must not see
   */
  static Exams choose(ExperimentConfig config, TaskCatalogue catalogue) {
    List<Exam> optimisation = exams(config, catalogue, Split.OPTIMISATION);
    boolean validated = config.tasks().getFirst().validation() > 0;
    List<Exam> validation = validated ? exams(config, catalogue, Split.VALIDATION) : List.of();
    List<Exam> test = exams(config, catalogue, Split.TEST);
    List<Exam> further = further(config, catalogue);
    for (int i = 0; i < optimisation.size(); i++) {
      if (programmed(optimisation.get(i))
          && config.search().stopping() != SearchConfig.Stopping.NONE) {
        throw new UserException(
            "tasks.%d: a program scores all items at once, so search.stopping must be none"
                .formatted(i));
      }
      ItemGuard.check(i, config.tasks().get(i), optimisation.get(i), test.get(i));
      if (validated) {
        ItemGuard.check(i, config.tasks().get(i), validation.get(i), test.get(i));
      }
      if (!further.isEmpty()) {
        ItemGuard.check(i, config.tasks().get(i), further.get(i), test.get(i));
      }
    }
    return new Exams(optimisation, validation, test, further);
  }

  private static List<Exam> further(ExperimentConfig config, TaskCatalogue catalogue) {
    List<Exam> exams = new ArrayList<>();
    int count = config.search().reevaluation().further();
    for (int i = 0; count > 0 && i < config.tasks().size(); i++) {
      TaskConfig task = config.tasks().get(i);
      try {
        exams.add(
            Exam.further(
                task.name(),
                catalogue.task(task.type(), data(task)),
                task.optimisation() + task.validation(),
                count,
                task.itemSeed()));
      } catch (IllegalArgumentException | UncheckedIOException e) {
        throw new UserException(
            "tasks.%d: search.reevaluation.items: %s".formatted(i, e.getMessage()), e);
      }
    }
    return exams;
  }

  private static List<Exam> exams(ExperimentConfig config, TaskCatalogue catalogue, Split split) {
    List<Exam> exams = new ArrayList<>();
    for (int i = 0; i < config.tasks().size(); i++) {
      TaskConfig task = config.tasks().get(i);
      String name = task.name();
      long seed = task.itemSeed();
      try {
        Task type = catalogue.task(task.type(), data(task));
        exams.add(
            switch (split) {
              case VALIDATION ->
                  Exam.validation(name, type, task.optimisation(), task.validation(), seed);
              case TEST -> Exam.of(name, type, split, task.test(), seed);
              case OPTIMISATION, TRAINING -> Exam.of(name, type, split, task.optimisation(), seed);
            });
      } catch (IllegalArgumentException | UncheckedIOException e) {
        throw new UserException("tasks.%d: %s".formatted(i, e.getMessage()), e);
      }
    }
    return exams;
  }

  private static Optional<TaskCatalogue.Data> data(TaskConfig task) {
    String digest = task.sha256() == null ? "" : task.sha256();
    return Optional.ofNullable(task.data()).map(path -> new TaskCatalogue.Data(path, digest));
  }

  /** All of them. */
  List<List<Exam>> all() {
    return List.of(optimisation, validation, test, further);
  }

  /** Positions that some task can use beyond those of its items, where the model has so many. */
  int positions() {
    return optimisation.stream().mapToInt(Exams::positions).max().orElse(0);
  }

  private static int positions(Exam exam) {
    return talked(exam) ? Talking.USUAL_CONTEXT : programmed(exam) ? SERVED : 0;
  }

  static boolean talked(Exam exam) {
    return exam.task().asking() instanceof Asking.Talk;
  }

  private static boolean programmed(Exam exam) {
    return exam.task().asking() instanceof Asking.Program;
  }
}
