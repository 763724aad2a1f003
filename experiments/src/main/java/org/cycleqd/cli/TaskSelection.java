package org.cycleqd.cli;

import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.cycleqd.experiment.ConfigException;
import org.cycleqd.experiment.UserException;
import org.cycleqd.sandbox.SandboxUnavailableException;
import org.cycleqd.task.Item;
import org.cycleqd.task.Split;
import org.cycleqd.task.Task;
import org.cycleqd.task.TaskCatalogue;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The tasks that a command is given, and which of their items. */
final class TaskSelection {

  /** Items of a task that makes them, where no number is given. */
  private static final int GENERATED = 240;

  @Option(
      names = "--tasks",
      required = true,
      split = ",",
      paramLabel = "TASK[=FILE]",
      description =
          "Types of tasks, separated by commas, with the file of those without their own.")
  private List<String> tasks = List.of();

  @Option(
      names = "--split",
      defaultValue = "test",
      paramLabel = "SPLIT",
      description =
          "optimisation, test, or published, the items that published figures are over, in their"
              + " order; default ${DEFAULT-VALUE}.")
  private String split = "test";

  @Option(
      names = {"--limit", "--items"},
      paramLabel = "N",
      description = "Items of each task; default all, 240 where a task makes its own.")
  private @Nullable Integer limit;

  @Option(
      names = "--item-seed",
      defaultValue = "1",
      paramLabel = "N",
      description =
          "Seed of generated items, and of the order of others; default ${DEFAULT-VALUE}.")
  private long seed;

  /** A task with its items. */
  record Selected(Task task, List<Item> items) {}

  String split() {
    return split;
  }

  /**
   * Makes the tasks and draws their items.
   *
   * @throws UserException if a task is not known or cannot be made, or has not so many items
   */
  List<Selected> select(TaskCatalogue catalogue) {
    if (limit != null) {
      Positive.require("--limit", limit);
    }
    place(split); // a mistake in it comes first
    List<Selected> selected = new ArrayList<>();
    for (String word : tasks) {
      Task task = task(catalogue, word);
      List<Item> items = items(task);
      if (items.isEmpty()) {
        throw new UserException("%s: no items in the %s split".formatted(task.name(), split));
      }
      selected.add(new Selected(task, items));
    }
    return selected;
  }

  /** Makes a task named as on the command line. */
  static Task task(TaskCatalogue catalogue, String word) {
    int sign = word.indexOf('=');
    String type = sign < 0 ? word : word.substring(0, sign);
    Optional<TaskCatalogue.Data> data =
        sign < 0
            ? Optional.empty()
            : Optional.of(new TaskCatalogue.Data(Path.of(word.substring(sign + 1)), ""));
    try {
      return catalogue.task(type, data);
    } catch (IllegalArgumentException | SandboxUnavailableException e) {
      throw new UserException(String.valueOf(e.getMessage()), e);
    } catch (UncheckedIOException e) {
      throw new UserException(Failures.message(e), e);
    }
  }

  private List<Item> items(Task task) {
    Optional<Split> place = place(split);
    int most =
        place.isEmpty()
            ? task.published().size()
            : task.size(place.get()).orElse(limit == null ? GENERATED : limit);
    int count = limit == null ? most : Math.min(limit, most);
    try {
      return place.isEmpty()
          ? task.published().subList(0, count)
          : task.items(place.get(), count, seed);
    } catch (IllegalArgumentException e) {
      throw new UserException(String.valueOf(e.getMessage()), e);
    }
  }

  /** A split, or none for what is published. */
  private static Optional<Split> place(String name) {
    return switch (name) {
      case "optimisation" -> Optional.of(Split.OPTIMISATION);
      case "test" -> Optional.of(Split.TEST);
      case "published" -> Optional.empty();
      default ->
          throw new ConfigException(
              "--split is '%s', expected one of optimisation, test, published".formatted(name));
    };
  }
}
