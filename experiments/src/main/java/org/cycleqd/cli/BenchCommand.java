package org.cycleqd.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.cycleqd.experiment.ConfigException;
import org.cycleqd.merge.stream.Tiles;
import org.cycleqd.study.BenchmarkFolders;
import org.cycleqd.study.LlamaShape;
import org.cycleqd.study.MergeBenchmark;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code cycleqd bench}. */
@Command(
    name = "bench",
    description = {
      "Measure this machine and this program.",
      "",
      "All figures are ratios of times measured in one run."
    },
    footer = "  cycleqd bench merge --shape 1b")
final class BenchCommand {

  private static final List<String> METHODS =
      List.of(
          "linear", "task_arithmetic", "slerp", "model_stock", "ties", "dare_linear", "dare_ties");

  private final Terminal terminal;

  BenchCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Command(
      name = "merge",
      description = {
        "Merge synthetic models, a base and two experts, against copying memory.",
        "",
        "Streams count, inputs and output; inputs are in the page cache and the output goes to"
            + " memory. 'file to file' sets a linear merge, synced to disk, against reading the"
            + " inputs and writing a copy of the output."
      },
      footer = {
        "  cycleqd bench merge",
        "  cycleqd bench merge --shape 8b --sparse --methods linear,ties --json"
      })
  void merge(
      @Option(
              names = "--shape",
              defaultValue = "1b",
              paramLabel = "SHAPE",
              description = "100m, 1b or 8b; default ${DEFAULT-VALUE}.")
          LlamaShape shape,
      @Option(
              names = "--sparse",
              description =
                  "Models of zeros that take no disk space; for the memory of large shapes.")
          boolean sparse,
      @Option(
              names = "--methods",
              split = ",",
              paramLabel = "METHOD",
              description = "Merge methods, separated by commas.")
          @Nullable List<String> methods,
      @Option(
              names = "--repeat",
              defaultValue = "5",
              paramLabel = "N",
              description = "Repetitions; medians count; default ${DEFAULT-VALUE}.")
          int repetitions,
      @Option(
              names = "--threads",
              paramLabel = "N",
              description = "Threads; by default as many as there are processors.")
          @Nullable Integer threads,
      @Option(
              names = "--folder",
              paramLabel = "DIR",
              description = "Keep the models here; without it they are deleted.")
          @Nullable Path folder,
      @Option(names = "--json", description = "Print the figures as JSON.") boolean json)
      throws IOException {
    List<String> names = methods == null ? METHODS : methods;
    for (String name : names) {
      if (!METHODS.contains(name)) {
        throw new ConfigException(
            "--methods has '%s', expected some of %s".formatted(name, String.join(", ", METHODS)));
      }
    }
    Positive.require("--repeat", repetitions);
    int workers = Positive.threads(threads);
    Path models = folder == null ? Files.createTempDirectory("cycleqd-bench") : folder;
    try (Tiles tiles = new Tiles(workers)) {
      MergeBenchmark benchmark = new MergeBenchmark(models, tiles, repetitions, terminal::phase);
      show(benchmark.measure(shape, sparse, names), json);
    } finally {
      if (folder == null) {
        BenchmarkFolders.delete(models);
      }
    }
  }

  private void show(MergeBenchmark.Result result, boolean json) throws IOException {
    if (json) {
      terminal.out().println(json(result));
      return;
    }
    TextTable table = TextTable.of("method", "seconds", "GB/s", "of memcpy", "peak MiB");
    for (MergeBenchmark.Row row : result.methods()) {
      table =
          table.with(
              row.method(),
              number("%.3f", row.seconds()),
              number("%.1f", row.gbPerSecond()),
              number("%.2f", row.memcpyShare()),
              number("%.0f", row.peakMib()));
    }
    terminal.out().print(table.render());
    terminal.out().println();
    terminal.out().println("memcpy  " + number("%.1f GB/s", result.memcpyGbPerSecond()));
    result
        .fileToFile()
        .ifPresent(files ->
            terminal
                .out()
                .println(
                    "linear file to file  "
                        + number("%.2f s", files.seconds())
                        + number(", reading and copying %.2f s", files.copySeconds())
                        + number(", ratio %.2f", files.ratio())));
  }

  private static String json(MergeBenchmark.Result result) throws IOException {
    ObjectMapper mapper = new ObjectMapper();
    ObjectNode json = mapper.createObjectNode();
    ArrayNode methods = json.putArray("methods");
    for (MergeBenchmark.Row row : result.methods()) {
      methods
          .addObject()
          .put("method", row.method())
          .put("seconds", row.seconds())
          .put("gbPerSecond", row.gbPerSecond())
          .put("memcpyShare", row.memcpyShare())
          .put("peakMiB", row.peakMib());
    }
    json.put("memcpyGbPerSecond", result.memcpyGbPerSecond());
    result
        .fileToFile()
        .ifPresent(files ->
            json.putObject("fileToFile")
                .put("seconds", files.seconds())
                .put("copySeconds", files.copySeconds())
                .put("ratio", files.ratio()));
    return mapper.writerWithDefaultPrettyPrinter().writeValueAsString(json);
  }

  private static String number(String format, double value) {
    return String.format(Locale.ROOT, format, value);
  }
}
