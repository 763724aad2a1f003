package org.cycleqd.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.cycleqd.study.ArchiveBenchmark;
import org.cycleqd.study.BenchmarkFolders;
import org.cycleqd.study.SearchBenchmark;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Option;

/** {@code cycleqd bench engine}. */
@Command(
    name = "engine",
    description = {
      "Put 10,000 candidates into archives, and search with scores that cost nothing.",
      "",
      "The search breeds, mutates, offers to three archives and keeps its journal; per child, without"
          + " evaluation. Its folder is in memory unless --folder names a disk, whose syncs then count."
    },
    footer = {"  cycleqd bench engine", "  cycleqd bench engine --folder . --json"})
final class BenchEngineCommand implements Callable<Integer> {

  private static final double MILLIS = 1e3;
  private static final double MICROS = 1e6;
  private static final double SEARCH_LIMIT = 100e-6;

  private final Terminal terminal;

  @Option(
      names = "--repeat",
      defaultValue = "51",
      paramLabel = "N",
      description = "Repetitions of an archive's case; medians count; default ${DEFAULT-VALUE}.")
  private int repetitions;

  @Option(
      names = "--children",
      defaultValue = "1200",
      paramLabel = "N",
      description = "Children of a search; default ${DEFAULT-VALUE}.")
  private int children;

  @Option(
      names = "--folder",
      paramLabel = "DIR",
      description = "Where journals are written for a while; by default in memory.")
  private @Nullable Path folder;

  @Option(names = "--json", description = "Print the figures as JSON.")
  private boolean json;

  BenchEngineCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    Positive.require("--repeat", repetitions);
    Positive.require("--children", children);
    phase("archives");
    List<ArchiveBenchmark.Row> rows = new ArchiveBenchmark(repetitions).measure();
    phase("search");
    Path journals = folder == null ? BenchmarkFolders.inMemory() : folder;
    SearchBenchmark.Result search;
    try {
      search = new SearchBenchmark(children, 5).measure(journals);
    } finally {
      if (folder == null) {
        BenchmarkFolders.delete(journals);
      }
    }
    terminal.out().print(json ? json(rows, search) : text(rows, search));
    return ExitCode.OK;
  }

  private void phase(String what) {
    terminal.phase(what);
  }

  private static String text(List<ArchiveBenchmark.Row> rows, SearchBenchmark.Result search) {
    TextTable table = TextTable.of("10,000 candidates", "ms", "at most");
    for (ArchiveBenchmark.Row row : rows) {
      table = table.with(row.name(), number(MILLIS * row.seconds()), number(MILLIS * row.limit()));
    }
    TextTable children =
        TextTable.of("a child of a search", "us", "at most")
            .with(
                "bred and recorded",
                number(MICROS * search.seconds()),
                number(MICROS * SEARCH_LIMIT))
            .with("of which processor time", number(MICROS * search.processorSeconds()), "")
            .with("read from the journal", number(MICROS * search.replaySeconds()), "");
    return "%s%n%s".formatted(table.render(), children.render());
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.2f", value);
  }

  private static String json(List<ArchiveBenchmark.Row> rows, SearchBenchmark.Result search) {
    ObjectNode root = new ObjectMapper().createObjectNode();
    ArrayNode archives = root.putArray("archives");
    for (ArchiveBenchmark.Row row : rows) {
      archives
          .addObject()
          .put("case", row.name())
          .put("seconds", row.seconds())
          .put("limit", row.limit());
    }
    root.putObject("search")
        .put("secondsPerChild", search.seconds())
        .put("processorSecondsPerChild", search.processorSeconds())
        .put("limit", SEARCH_LIMIT)
        .put("replaySecondsPerChild", search.replaySeconds())
        .put("journalBytesPerChild", search.journalBytes());
    return root.toPrettyString() + "\n";
  }
}
