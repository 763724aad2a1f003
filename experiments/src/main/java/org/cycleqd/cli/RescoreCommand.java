package org.cycleqd.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.cycleqd.evaluation.SampleLog;
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
import picocli.CommandLine.Parameters;

/** {@code cycleqd rescore}. */
@Command(
    name = "rescore",
    description = {
      "Judge stored answers anew, without the model.",
      "",
      "Reads logs of 'cycleqd eval --log' and per-sample logs of lm-evaluation-harness over the same"
          + " items. The replies of dialogues are said once more to environments as they were at the"
          + " beginning. Ends with 1 if an answer belongs to no item."
    },
    footer = {
      "  cycleqd rescore logs/samples_gsm8k.jsonl",
      "  cycleqd rescore logs/samples_math.jsonl --task math=math500.jsonl --json"
    })
final class RescoreCommand implements Callable<Integer> {

  private final Terminal terminal;

  @Parameters(paramLabel = "LOG", description = "A file samples_TASK.jsonl.")
  private Path log = Path.of("");

  @Option(
      names = "--task",
      paramLabel = "TASK[=FILE]",
      description = "The task, in place of the one that the log names.")
  private @Nullable String name;

  @Option(
      names = "--item-seed",
      defaultValue = "1",
      paramLabel = "N",
      description = "Seed of generated items; default ${DEFAULT-VALUE}.")
  private long seed;

  @Mixin private final DatabaseOptions databases = new DatabaseOptions();

  @Option(names = "--json", description = "Print marks as JSON.")
  private boolean json;

  RescoreCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException {
    if (Files.isDirectory(log)) {
      throw new UserException(log + ": is a folder, expected one of its files samples_TASK.jsonl");
    }
    List<SampleLog.Stored> stored;
    try {
      stored = SampleLog.read(log);
    } catch (IllegalArgumentException e) {
      throw new UserException(String.valueOf(e.getMessage()), e);
    }
    if (stored.isEmpty()) {
      throw new UserException(log + ": found no answers");
    }
    TaskCatalogue catalogue = databases.catalogue();
    Task task = TaskSelection.task(catalogue, name == null ? stored.getFirst().task() : name);
    List<Item> items = items(task, stored);
    List<Verdict> verdicts;
    try {
      verdicts = task.judge(items, stored.stream().map(SampleLog.Stored::answer).toList());
    } catch (IllegalArgumentException | SandboxUnavailableException e) {
      throw new UserException("%s: %s".formatted(task.name(), e.getMessage()), e);
    }
    report(task, stored, items, verdicts);
    return ExitCode.OK;
  }

  private List<Item> items(Task task, List<SampleLog.Stored> stored) {
    Map<String, Item> known = new HashMap<>();
    // The first so many items of a task that makes them are those that were asked.
    int asked = stored.stream().mapToInt(SampleLog.Stored::index).max().orElse(0) + 1;
    for (Split split : Split.LISTED) {
      int count = task.size(split).orElse(asked);
      for (Item item : task.items(split, count, seed)) {
        known.put(item.id(), item);
      }
    }
    task.published().forEach(item -> known.put(item.id(), item));
    Map<String, Item> byPrompt = new HashMap<>();
    known.values().forEach(item -> byPrompt.put(item.prompt(), item));
    List<Item> items = new ArrayList<>();
    for (SampleLog.Stored each : stored) {
      Item item = each.id().map(known::get).orElse(byPrompt.get(each.prompt()));
      if (item == null) {
        item = byText(task, each);
      }
      if (item == null) {
        throw new UserException(
            "%s: doc_id %d: task %s has no item %s"
                .formatted(
                    log,
                    each.index(),
                    task.name(),
                    each.id().orElse("with the prompt '%s'".formatted(each.prompt()))));
      }
      items.add(item);
    }
    return items;
  }

  /** Other prompts than ours: the one published item that has a text of the line in its prompt. */
  private static @Nullable Item byText(Task task, SampleLog.Stored stored) {
    for (String text : stored.texts()) {
      List<Item> found =
          task.published().stream().filter(item -> item.prompt().contains(text)).toList();
      if (found.size() == 1) {
        return found.getFirst();
      }
    }
    return null;
  }

  private void report(
      Task task, List<SampleLog.Stored> stored, List<Item> items, List<Verdict> verdicts) {
    double now = verdicts.stream().mapToDouble(Verdict::score).average().orElseThrow();
    double before = stored.stream().mapToDouble(SampleLog.Stored::score).average().orElseThrow();
    ObjectNode root = new ObjectMapper().createObjectNode();
    root.put("task", task.name()).put("items", items.size()).put("mean", now);
    root.put("mean_before", before);
    ArrayNode changed = root.putArray("changed");
    TextTable table = TextTable.of("item", "before", "now", "reason");
    for (int i = 0; i < items.size(); i++) {
      Verdict verdict = verdicts.get(i);
      if (stored.get(i).score() != verdict.score()) {
        changed
            .addObject()
            .put("id", items.get(i).id())
            .put("before", stored.get(i).score())
            .put("now", verdict.score())
            .put("reason", verdict.reason());
        table =
            table.with(
                items.get(i).id(),
                String.format(Locale.ROOT, "%.3f", stored.get(i).score()),
                String.format(Locale.ROOT, "%.3f", verdict.score()),
                verdict.reason().replaceAll("\\s+", " "));
      }
    }
    if (json) {
      terminal.out().println(root.toPrettyString());
      return;
    }
    terminal
        .out()
        .printf(
            Locale.ROOT,
            "%s  %d items  score %.4f, before %.4f, %d marks changed%n",
            task.name(),
            items.size(),
            now,
            before,
            changed.size());
    if (!changed.isEmpty()) {
      terminal.out().print(table.render());
    }
  }
}
