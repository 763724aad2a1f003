package org.cycleqd.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SequencedMap;
import java.util.concurrent.Callable;
import org.cycleqd.engine.Stopping;
import org.cycleqd.engine.StoppingReplay;
import org.cycleqd.engine.StoppingReplay.Saving;
import org.cycleqd.experiment.ConfigException;
import org.cycleqd.experiment.UserException;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code cycleqd bench stopping}. */
@Command(
    name = "stopping",
    description = {
      "Replay a run that stopped no candidate and say what rules of stopping would have saved.",
      "",
      "'all rejected' knows beforehand what no archive takes. 'shortest proofs' knows all scores and"
          + " asks only what proves a rejection: no lossless rule can save more. 'lost' are stopped"
          + " children that an archive took or that had the best mean."
    },
    footer = {"  cycleqd bench stopping quickstart", "  cycleqd bench stopping quickstart --json"})
final class BenchStoppingCommand implements Callable<Integer> {

  private final Terminal terminal;

  @Parameters(paramLabel = "RUN", description = "The run's folder, or its name in runs/.")
  private String run = "";

  @Option(
      names = "--errors",
      split = ",",
      defaultValue = "0.01,0.05,0.2",
      paramLabel = "LEVEL",
      description = "Error levels of the statistical rules; default ${DEFAULT-VALUE}.")
  private List<Double> errors = List.of();

  @Option(
      names = "--blocks",
      split = ",",
      defaultValue = "1,8",
      paramLabel = "N",
      description = "Least numbers of items between two looks; default ${DEFAULT-VALUE}.")
  private List<Integer> blocks = List.of();

  @Option(names = "--json", description = "Print the figures as JSON.")
  private boolean json;

  BenchStoppingCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    Path folder = Runs.folder(run);
    StoppingReplay replay;
    try {
      replay = StoppingReplay.of(Runs.history(folder));
    } catch (IllegalArgumentException e) {
      throw new UserException("%s: %s".formatted(folder, e.getMessage()), e);
    }
    SequencedMap<String, Stopping> rules = rules();
    SequencedMap<String, Saving> rows = new LinkedHashMap<>();
    try (ProgressLine line = terminal.progress("replaying", 0, rules.size() + 2)) {
      rows.put("all rejected", replay.rejected());
      line.update(1, "shortest proofs");
      rows.put("shortest proofs", replay.shortestProofs());
      for (Map.Entry<String, Stopping> rule : rules.entrySet()) {
        line.update(rows.size(), rule.getKey());
        rows.put(rule.getKey(), replay.saving(rule.getValue()));
      }
    }
    terminal.out().print(json ? json(rows) : text(rows));
    return ExitCode.OK;
  }

  private SequencedMap<String, Stopping> rules() {
    SequencedMap<String, Stopping> rules = new LinkedHashMap<>();
    try {
      for (int block : blocks) {
        rules.put("lossless, block %d".formatted(block), new Stopping.Lossless(block));
      }
      for (int block : blocks) {
        for (double error : errors) {
          rules.put(
              String.format(Locale.ROOT, "racing %s, block %d", error, block),
              new Stopping.Racing(block, error));
        }
      }
      for (int block : blocks) {
        for (double error : errors) {
          rules.put(
              String.format(Locale.ROOT, "predictive %s, block %d", error, block),
              new Stopping.Predictive(block, error));
        }
      }
    } catch (IllegalArgumentException e) {
      throw new ConfigException(String.valueOf(e.getMessage()));
    }
    return rules;
  }

  private static String text(SequencedMap<String, Saving> rows) {
    TextTable table = TextTable.of("rule", "children", "stopped", "lost", "items saved");
    for (Map.Entry<String, Saving> row : rows.entrySet()) {
      Saving saving = row.getValue();
      table =
          table.with(
              row.getKey(),
              Integer.toString(saving.children()),
              Integer.toString(saving.stopped()),
              Integer.toString(saving.lost()),
              String.format(Locale.ROOT, "%.1f %%", 100 * saving.share()));
    }
    return table.render();
  }

  private static String json(SequencedMap<String, Saving> rows) {
    ArrayNode list = new ObjectMapper().createArrayNode();
    for (Map.Entry<String, Saving> row : rows.entrySet()) {
      ObjectNode node = list.addObject().put("rule", row.getKey());
      Saving saving = row.getValue();
      node.put("children", saving.children())
          .put("items", saving.items())
          .put("asked", saving.asked())
          .put("stopped", saving.stopped())
          .put("lost", saving.lost())
          .put("share", saving.share());
    }
    return list.toPrettyString() + "\n";
  }
}
