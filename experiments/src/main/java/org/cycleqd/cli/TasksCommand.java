package org.cycleqd.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import org.cycleqd.experiment.UserException;
import org.cycleqd.sandbox.SandboxUnavailableException;
import org.cycleqd.task.Item;
import org.cycleqd.task.Split;
import org.cycleqd.task.Task;
import org.cycleqd.task.TaskCatalogue;
import org.cycleqd.task.Verdict;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code cycleqd tasks}. */
@Command(
    name = "tasks",
    description = {
      "List the tasks with their sizes and licences, or check a judge.",
      "",
      "A check judges the published items' own reference answers, which should all be right, and says"
          + " how long that took. It ends with 1 if one is wrong."
    },
    footer = {
      "  cycleqd tasks",
      "  cycleqd tasks --check mbpp-plus-v0.2.0",
      "  cycleqd tasks --queries dbbench-revised",
      "  cycleqd tasks --check math=math500.jsonl"
    })
final class TasksCommand implements Callable<Integer> {
  private static final int BATCH = 64;
  private static final double NANOS = 1e9;

  private final Terminal terminal;

  @Option(
      names = "--check",
      paramLabel = "TASK[=FILE]",
      description = "Judge the reference answers of a task.")
  private @Nullable String check;

  @Option(
      names = "--queries",
      paramLabel = "TASK",
      description =
          "Say which of the queries that DBBench published with its questions give the label:"
              + " dbbench, dbbench-cycleqd or dbbench-revised.")
  private @Nullable String queries;

  @Mixin private final DatabaseOptions databases = new DatabaseOptions();

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  TasksCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    TaskCatalogue catalogue = databases.catalogue();
    if (queries != null) {
      terminal.out().print(QueryListing.of(queries, databases).render(json));
      return ExitCode.OK;
    }
    if (check != null) {
      return check(TaskSelection.task(catalogue, check));
    }
    ArrayNode list = new ObjectMapper().createArrayNode();
    TextTable table =
        TextTable.of("task", "training", "optimisation", "test", "published", "licence", "data");
    for (String type : catalogue.types()) {
      if (catalogue.needsData(type)) {
        table = table.with(type, "", "half", "half", "all", "the file's", "TASK=FILE");
        list.addObject().put("task", type).put("data", "a file of the user's");
        continue;
      }
      Task task = TaskSelection.task(catalogue, type);
      ObjectNode node = list.addObject().put("task", type).put("description", task.description());
      for (Split split : Split.LISTED) {
        OptionalInt size = task.size(split);
        if (size.isPresent()) {
          node.put(split.name().toLowerCase(Locale.ROOT), size.getAsInt());
        }
      }
      node.put("published", task.published().size());
      node.put("licence", task.provenance().licence()).put("data", task.provenance().source());
      node.put("sha256", task.provenance().digest());
      table =
          table.with(
              type,
              size(task, Split.TRAINING),
              size(task, Split.OPTIMISATION),
              size(task, Split.TEST),
              task.published().isEmpty() ? "" : String.valueOf(task.published().size()),
              task.provenance().licence(),
              task.provenance().source());
    }
    terminal.out().print(json ? list.toPrettyString() + System.lineSeparator() : table.render());
    return ExitCode.OK;
  }

  private static String size(Task task, Split split) {
    OptionalInt size = task.size(split);
    return size.isPresent() ? String.valueOf(size.getAsInt()) : "any";
  }

  private static List<Verdict> verdicts(Task task, List<Item> items) {
    try {
      return task.check(items);
    } catch (SandboxUnavailableException e) {
      throw new UserException("%s: %s".formatted(task.name(), e.getMessage()), e);
    }
  }

  private int check(Task task) {
    List<Item> items = task.published();
    if (items.isEmpty()) {
      throw new UserException(task.name() + ": its items are made, there is nothing to check");
    }
    ArrayNode wrong = new ObjectMapper().createArrayNode();
    TextTable table = TextTable.of("item", "why its reference is wrong");
    long start = System.nanoTime();
    try (ProgressLine line = terminal.progress(task.name(), 0, items.size())) {
      for (int from = 0; from < items.size(); from += BATCH) {
        List<Item> batch = items.subList(from, Math.min(items.size(), from + BATCH));
        List<Verdict> verdicts = verdicts(task, batch);
        for (int i = 0; i < batch.size(); i++) {
          if (!verdicts.get(i).correct()) {
            String reason = verdicts.get(i).reason();
            wrong.addObject().put("id", batch.get(i).id()).put("reason", reason);
            table = table.with(batch.get(i).id(), reason.replaceAll("\\s+", " "));
          }
        }
        line.update(from + batch.size(), "");
      }
    }
    double seconds = (System.nanoTime() - start) / NANOS;
    if (json) {
      ObjectNode root = new ObjectMapper().createObjectNode();
      root.put("task", task.name()).put("items", items.size()).put("seconds", seconds);
      terminal.out().println(root.set("wrong", wrong).toPrettyString());
    } else {
      terminal
          .out()
          .printf(
              Locale.ROOT,
              "%s  %d of %d references right  %.1f s  %.1f items/s%n",
              task.name(),
              items.size() - wrong.size(),
              items.size(),
              seconds,
              items.size() / seconds);
      if (!wrong.isEmpty()) {
        terminal.out().print(table.render());
      }
    }
    return wrong.isEmpty() ? ExitCode.OK : ExitCode.SOFTWARE;
  }
}
