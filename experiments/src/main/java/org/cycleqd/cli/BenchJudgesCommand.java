package org.cycleqd.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.cycleqd.evaluation.PublishedTasks;
import org.cycleqd.experiment.UserException;
import org.cycleqd.sandbox.SandboxUnavailableException;
import org.cycleqd.task.Item;
import org.cycleqd.task.Task;
import org.cycleqd.task.TaskCatalogue;
import org.cycleqd.task.Verdict;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Option;

/** {@code cycleqd bench judges}. */
@Command(
    name = "judges",
    description = {
      "Measure the judges alone: published items with their own reference answers.",
      "",
      "A few are judged before, so that sandboxes are warm. What a judge needs decides how much of a"
          + " search is spent on other things than the model."
    },
    footer = {
      "  cycleqd bench judges",
      "  cycleqd bench judges --tasks gsm8k,math=math500.jsonl --limit 200 --json"
    })
final class BenchJudgesCommand implements Callable<Integer> {

  private static final List<String> USUAL =
      List.of(
          "mbpp-plus-v0.2.0", "humaneval-plus", "dbbench", "os-interaction", "gsm8k", "arc-easy");

  private static final int WARM = 8;
  private static final int BATCH = 64;
  private static final double NANOS = 1e9;

  private final Terminal terminal;

  @Option(
      names = "--tasks",
      split = ",",
      paramLabel = "TASK[=FILE]",
      description = "The tasks, separated by commas; by default one of each kind that ships.")
  private @Nullable List<String> tasks;

  @Option(
      names = "--limit",
      paramLabel = "N",
      description = "Items of each task; by default all that are published.")
  private @Nullable Integer limit;

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  BenchJudgesCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  private record Measured(String task, int items, long right, double seconds) {
    double rate() {
      return items / seconds;
    }
  }

  @Override
  public Integer call() {
    if (limit != null) {
      Positive.require("--limit", limit);
    }
    TaskCatalogue catalogue = PublishedTasks.catalogue();
    List<String> chosen =
        tasks == null
            ? USUAL.stream().filter(type -> catalogue.types().contains(type)).toList()
            : tasks;
    List<Measured> measured = new ArrayList<>();
    for (String word : chosen) {
      measured.add(measure(TaskSelection.task(catalogue, word)));
    }
    show(measured);
    return ExitCode.OK;
  }

  private Measured measure(Task task) {
    List<Item> all = task.published();
    if (all.isEmpty()) {
      throw new UserException(
          task.name() + ": found no published items, expected a task that has references");
    }
    List<Item> items = limit == null ? all : all.subList(0, Math.min(limit, all.size()));
    try (ProgressLine line = terminal.progress(task.name(), 0, items.size())) {
      task.check(items.subList(0, Math.min(WARM, items.size())));
      long right = 0;
      long start = System.nanoTime();
      for (int from = 0; from < items.size(); from += BATCH) {
        List<Item> batch = items.subList(from, Math.min(items.size(), from + BATCH));
        right += task.check(batch).stream().filter(Verdict::correct).count();
        line.update(from + batch.size(), "");
      }
      return new Measured(task.name(), items.size(), right, (System.nanoTime() - start) / NANOS);
    } catch (SandboxUnavailableException e) {
      throw new UserException("%s: %s".formatted(task.name(), e.getMessage()), e);
    }
  }

  private void show(List<Measured> measured) {
    ArrayNode list = new ObjectMapper().createArrayNode();
    TextTable table = TextTable.of("judge", "items", "right", "seconds", "items/s");
    for (Measured each : measured) {
      list.addObject()
          .put("task", each.task())
          .put("items", each.items())
          .put("right", each.right())
          .put("seconds", each.seconds())
          .put("itemsPerSecond", each.rate());
      table =
          table.with(
              each.task(),
              Integer.toString(each.items()),
              Long.toString(each.right()),
              String.format(Locale.ROOT, "%.2f", each.seconds()),
              String.format(Locale.ROOT, "%.1f", each.rate()));
    }
    terminal.out().print(json ? list.toPrettyString() + System.lineSeparator() : table.render());
  }
}
