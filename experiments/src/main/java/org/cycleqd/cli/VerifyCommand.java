package org.cycleqd.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.cycleqd.checkpoint.CheckpointVerification;
import org.cycleqd.checkpoint.VerificationStep;
import org.cycleqd.experiment.ConfigException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code cycleqd verify}. */
@Command(
    name = "verify",
    description = {
      "Look for everything that is wrong with a model folder.",
      "",
      "Configuration, shards and index, names, shapes and types of all tensors, infinities and NaNs"
          + " among the weights, token ids; all weights are read. The exit code is 1 if there is a"
          + " problem."
    },
    footer = {
      "  cycleqd verify my-model",
      "  cycleqd verify my-model --digest 0f3a...",
      "  cycleqd verify ~/.cache/huggingface/hub/models--A--B/snapshots/C --hub-links"
    })
final class VerifyCommand implements Callable<Integer> {

  private final Terminal terminal;

  @Parameters(paramLabel = "DIR", description = "A Hugging Face model folder.")
  private Path folder = Path.of("");

  @Option(
      names = "--digest",
      paramLabel = "HEX",
      description = "The digest the model should have, as 'inspect --digest' prints it.")
  private @Nullable String digest;

  @Mixin private final ModelOptions options = new ModelOptions();

  VerifyCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (digest != null && !digest.matches("[0-9a-fA-F]{64}")) {
      throw new ConfigException("--digest is %s, allowed: 64 hexadecimal digits".formatted(digest));
    }
    boolean sound;
    Steps steps = new Steps();
    try (steps) {
      sound =
          CheckpointVerification.of(folder, options.links(), Optional.ofNullable(digest), steps);
    }
    if (options.json()) {
      terminal.out().println(json(steps.finished, sound).toPrettyString());
    } else {
      steps.finished.forEach(this::print);
    }
    return sound ? ExitCode.OK : ExitCode.SOFTWARE;
  }

  private void print(VerificationStep step) {
    terminal
        .out()
        .printf(
            Locale.ROOT,
            "%-7s  %-13s  %s%n",
            step.isSound() ? "ok" : "problem",
            step.subject(),
            step.result());
    step.problems().forEach(problem -> terminal.out().println("         " + problem));
  }

  private ObjectNode json(List<VerificationStep> steps, boolean sound) {
    ObjectNode root = new ObjectMapper().createObjectNode();
    root.put("model", folder.toString()).put("sound", sound);
    ArrayNode list = root.putArray("steps");
    for (VerificationStep step : steps) {
      ObjectNode node = list.addObject();
      node.put("subject", step.subject()).put("result", step.result());
      step.problems().forEach(node.putArray("problems")::add);
    }
    return root;
  }

  /** Collects the steps and shows how far reading is. */
  private final class Steps implements CheckpointVerification.Observer, AutoCloseable {

    private final List<VerificationStep> finished = new ArrayList<>();
    private @Nullable ProgressLine line;

    @Override
    public void finished(VerificationStep step) {
      close();
      finished.add(step);
    }

    @Override
    public synchronized void read(long bytes, long total) {
      ProgressLine current = line;
      if (current == null) {
        current = terminal.bytes("verifying", total);
        line = current;
      }
      current.update(bytes, "");
    }

    @Override
    public synchronized void close() {
      if (line != null) {
        line.close();
        line = null;
      }
    }
  }
}
