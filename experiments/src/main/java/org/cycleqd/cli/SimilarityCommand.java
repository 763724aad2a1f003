package org.cycleqd.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.concurrent.Callable;
import org.cycleqd.checkpoint.Checkpoint;
import org.cycleqd.experiment.ConfigException;
import org.cycleqd.figure.Figure;
import org.cycleqd.figure.SimilarityHeatMap;
import org.cycleqd.spectral.analysis.ExpertAnalysis;
import org.cycleqd.spectral.analysis.ExpertCosines;
import org.cycleqd.torch.TorchRuntime;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code cycleqd similarity}. */
@Command(
    name = "similarity",
    description = {
      "Compare experts of one base before they are merged.",
      "",
      "For each pair the cosine of the task vectors and that of the singular values, in total and"
          + " layer by layer; for each kind of matrix how many singular components hold 50, 90 and"
          + " 99 %% of a task vector's squared norm."
    },
    footer = {
      "  cycleqd similarity my-base expert-a expert-b expert-c",
      "  cycleqd similarity my-base expert-a expert-b --figure similarity.png",
      "  cycleqd similarity my-base expert-a expert-b --no-spectra --json"
    })
final class SimilarityCommand implements Callable<Integer> {

  private final Terminal terminal;

  @Parameters(index = "0", paramLabel = "BASE", description = "The base model's folder.")
  private Path base = Path.of("");

  @Parameters(
      index = "1..*",
      arity = "2..*",
      paramLabel = "EXPERT",
      description = "Folders of models that were tuned from it, two or more.")
  private List<Path> experts = List.of();

  @Option(
      names = "--figure",
      paramLabel = "FILE",
      description = "Draw the cosines of the task vectors, a .png or .svg file.")
  private @Nullable Path figure;

  @Option(
      names = "--no-spectra",
      description = "Leave out singular values, which are most of the work.")
  private boolean noSpectra;

  @Option(
      names = "--threads",
      defaultValue = "1",
      paramLabel = "N",
      description = "Threads of the matrix products; default ${DEFAULT-VALUE}.")
  private int threads = 1;

  @Mixin private final ModelOptions options = new ModelOptions();

  SimilarityCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException {
    Positive.require("--threads", threads);
    if (figure != null && !figure.toString().matches(".*\\.(png|svg)")) {
      throw new ConfigException(
          "--figure is '%s', expected a name that ends in .png or .svg".formatted(figure));
    }
    TorchRuntime.threads(threads);
    ExpertAnalysis analysis = analyse();
    SimilarityText text = new SimilarityText(analysis, !noSpectra);
    terminal.out().print(options.json() ? text.json(base, experts) : text.tables());
    if (figure != null) {
      draw(analysis.total(), analysis.experts(), figure);
      if (!options.json()) {
        terminal.out().println("figure  " + figure);
      }
    }
    return ExitCode.OK;
  }

  private ExpertAnalysis analyse() throws IOException {
    Deque<Checkpoint> opened = new ArrayDeque<>();
    try {
      Checkpoint origin = Checkpoint.open(base, options.links());
      opened.push(origin);
      SequencedMap<String, Checkpoint> models = new LinkedHashMap<>();
      for (Path expert : experts) {
        Checkpoint model = Checkpoint.open(expert, options.links());
        opened.push(model);
        if (models.putIfAbsent(name(expert), model) != null) {
          throw new ConfigException(
              "%s: found the expert twice, expected others".formatted(expert));
        }
      }
      int[] done = new int[1];
      try (ProgressLine line = terminal.progress("comparing", 0, origin.tensors().size())) {
        return ExpertAnalysis.of(
            origin, models, !noSpectra, tensor -> line.update(++done[0], tensor));
      }
    } finally {
      opened.forEach(Checkpoint::close);
    }
  }

  /** The folder's name, or its path where several have that name. */
  private String name(Path expert) {
    Path last = expert.toAbsolutePath().normalize().getFileName();
    long alike =
        experts.stream().filter(other -> other.toAbsolutePath().normalize().endsWith(last)).count();
    return alike > 1 ? expert.normalize().toString() : last.toString();
  }

  private static void draw(ExpertCosines cosines, List<String> experts, Path file)
      throws IOException {
    Figure drawn =
        SimilarityHeatMap.of(
            "Cosine of task vectors",
            experts,
            Arrays.stream(cosines.taskVectors())
                .map(row -> Arrays.stream(row).boxed().toList())
                .toList());
    if (file.toString().endsWith(".svg")) {
      drawn.writeSvg(file);
    } else {
      drawn.writePng(file);
    }
  }
}
