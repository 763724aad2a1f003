package org.cycleqd.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.cycleqd.checkpoint.ExistingTarget;
import org.cycleqd.experiment.ConfigException;
import org.cycleqd.experiment.run.GenomeExport;
import org.cycleqd.experiment.run.Invocation;
import org.cycleqd.experiment.run.RunFolder;
import org.cycleqd.tensor.ByteSize;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code cycleqd compose}. */
@Command(
    name = "compose",
    description = {
      "Write any individual of a run as a model.",
      "",
      "Its genome is bred again from the journal, also while the run goes on; the weights are"
          + " composed from the mapped base and experts, in little memory. The model appears"
          + " complete or not at all."
    },
    footer = {
      "  cycleqd compose quickstart:best my-model",
      "  cycleqd compose quickstart:217 candidate-217",
      "  cycleqd compose elsewhere/runs/first:elite-code code-model --replace"
    })
final class ComposeCommand implements Callable<Integer> {

  private static final double NANOS = 1e9;

  private final Terminal terminal;

  @Spec private @Nullable CommandSpec spec;

  @Parameters(
      index = "0",
      paramLabel = "RUN:GENOME",
      description =
          "The run's folder or its name in runs/, and a candidate's number, base, average, best,"
              + " aggregate, expert-NAME, elite-TASK or the name of a baseline.")
  private String genome = "";

  @Parameters(
      index = "1",
      paramLabel = "OUT",
      description = "The model's folder; must be empty or not exist.")
  private Path out = Path.of("");

  @Option(names = "--replace", description = "Replace OUT if it is a model.")
  private boolean replace;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description =
          "Threads; by default as many as there are processors. Results do not depend on it.")
  private @Nullable Integer threads;

  @Option(names = "--json", description = "Print what was written as JSON.")
  private boolean json;

  ComposeCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException {
    int colon = genome.lastIndexOf(':');
    if (colon < 1 || colon == genome.length() - 1) {
      throw new ConfigException(
          "RUN:GENOME is '%s', expected a run and an individual such as quickstart:best"
              .formatted(genome));
    }
    int workers = Positive.threads(threads);
    RunFolder run = new RunFolder(Runs.folder(genome.substring(0, colon)));
    if (replace) {
      requireModel(out);
    }
    long start = System.nanoTime();
    GenomeExport.Result result;
    try (ComposeProgress progress = new ComposeProgress(terminal)) {
      result =
          GenomeExport.publish(
              run,
              genome.substring(colon + 1),
              out,
              replace ? ExistingTarget.REPLACE : ExistingTarget.REFUSE,
              workers,
              new Invocation(RootCommand.commandLine(spec), VersionProvider.version()),
              progress);
    }
    show(result, (System.nanoTime() - start) / NANOS);
    return 0;
  }

  private static void requireModel(Path folder) {
    String[] files = folder.toFile().list();
    if (files != null && files.length > 0 && !folder.resolve("config.json").toFile().isFile()) {
      throw new ConfigException(
          "--replace: found a folder without config.json at %s, expected a model"
              .formatted(folder));
    }
  }

  private void show(GenomeExport.Result result, double seconds) {
    if (json) {
      ObjectNode node = new ObjectMapper().createObjectNode();
      node.put("model", out.toString())
          .put("genome", result.genome())
          .put("origin", result.origin())
          .put("bytes", result.bytes())
          .put("seconds", seconds);
      terminal.out().println(node.toPrettyString());
      return;
    }
    terminal
        .out()
        .printf(
            Locale.ROOT,
            "%s  %s  %s  %.1f s%n",
            out,
            result.origin(),
            ByteSize.of((double) result.bytes()),
            seconds);
  }
}
