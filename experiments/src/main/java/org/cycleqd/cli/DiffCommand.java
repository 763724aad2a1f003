package org.cycleqd.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.cycleqd.checkpoint.Checkpoint;
import org.cycleqd.checkpoint.ModelDifference;
import org.cycleqd.checkpoint.TensorDistance;
import org.cycleqd.experiment.ConfigException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code cycleqd diff}. */
@Command(
    name = "diff",
    description = {
      "Compare two models tensor by tensor.",
      "",
      "For each tensor: the largest |a - b|, the relative distance ||a - b|| / ||a||, the cosine of"
          + " the angle between them and how many elements have different bits. Tensors that only"
          + " one model has, or in another shape, are listed. Differences are no failure: the exit"
          + " code is 0."
    },
    footer = {"  cycleqd diff base expert --top 10", "  cycleqd diff base expert --json"})
final class DiffCommand implements Callable<Integer> {

  private final Terminal terminal;

  @Parameters(index = "0", paramLabel = "A", description = "A Hugging Face model folder.")
  private Path first = Path.of("");

  @Parameters(index = "1", paramLabel = "B", description = "Another one.")
  private Path second = Path.of("");

  @Option(
      names = "--top",
      paramLabel = "N",
      description = "Show only the N tensors with the largest relative distance, largest first.")
  private @Nullable Integer top;

  @Mixin private final ModelOptions options = new ModelOptions();

  DiffCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (top != null && top < 1) {
      throw new ConfigException("--top is %d, allowed: 1 or more".formatted(top));
    }
    ModelDifference difference;
    try (Checkpoint a = Checkpoint.open(first, options.links());
        Checkpoint b = Checkpoint.open(second, options.links());
        ProgressLine line = terminal.bytes("comparing", bytes(a) + bytes(b))) {
      difference = ModelDifference.between(a, b, done -> line.update(done, ""));
    }
    if (options.json()) {
      terminal.out().println(json(difference).toPrettyString());
    } else {
      print(difference);
    }
    return ExitCode.OK;
  }

  private static long bytes(Checkpoint model) {
    return model.tensors().values().stream().mapToLong(view -> view.spec().bytes()).sum();
  }

  private List<TensorDistance> shown(ModelDifference difference) {
    if (top == null) {
      return difference.distances();
    }
    // A NaN sorts before all numbers: it is the first thing to look at.
    Comparator<TensorDistance> byDistance = Comparator.comparingDouble(TensorDistance::relative);
    return difference.distances().stream().sorted(byDistance.reversed()).limit(top).toList();
  }

  private void print(ModelDifference difference) {
    difference.configuration().forEach(fact -> terminal.out().println("config  " + fact));
    difference
        .unmatched()
        .forEach(
            (tensor, shapes) -> terminal.out().println("tensor  %s: %s".formatted(tensor, shapes)));
    if (difference.isIdentical()) {
      terminal
          .out()
          .printf(
              Locale.ROOT,
              "identical: the same configuration and %d tensors with the same values%n",
              difference.distances().size());
      return;
    }
    TextTable table = TextTable.of("tensor", "max", "relative", "cosine", "differing", "elements");
    for (TensorDistance distance : shown(difference)) {
      table = table.with(cells(distance));
    }
    terminal.out().print(table.with(cells(difference.total())).render());
    long differing = difference.distances().stream().filter(d -> d.differing() > 0).count();
    terminal
        .out()
        .printf(
            Locale.ROOT,
            "%d of %d tensors differ, %d cannot be compared%n",
            differing,
            difference.distances().size(),
            difference.unmatched().size());
  }

  private static String[] cells(TensorDistance distance) {
    return new String[] {
      distance.tensor(),
      cell("%.3e", distance.maximum()),
      cell("%.3e", distance.relative()),
      cell("%.6f", distance.cosine()),
      Long.toString(distance.differing()),
      Long.toString(distance.elements())
    };
  }

  private static String cell(String format, double value) {
    return Double.isNaN(value) ? "-" : String.format(Locale.ROOT, format, value);
  }

  private ObjectNode json(ModelDifference difference) {
    ObjectNode root = new ObjectMapper().createObjectNode();
    root.put("a", first.toString()).put("b", second.toString());
    root.put("identical", difference.isIdentical());
    difference.configuration().forEach(root.putArray("configuration")::add);
    difference.unmatched().forEach(root.putObject("unmatched")::put);
    put(root.putObject("total"), difference.total());
    ArrayNode tensors = root.putArray("tensors");
    for (TensorDistance distance : shown(difference)) {
      put(tensors.addObject().put("tensor", distance.tensor()), distance);
    }
    return root;
  }

  private static void put(ObjectNode node, TensorDistance distance) {
    putNumber(node, "max", distance.maximum());
    putNumber(node, "relative", distance.relative());
    putNumber(node, "cosine", distance.cosine());
    node.put("differing", distance.differing()).put("elements", distance.elements());
  }

  /** JSON has no infinities and no NaN. */
  private static void putNumber(ObjectNode node, String field, double value) {
    if (Double.isFinite(value)) {
      node.put(field, value);
    } else {
      node.putNull(field);
    }
  }
}
