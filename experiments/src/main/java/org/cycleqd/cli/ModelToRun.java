package org.cycleqd.cli;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.ToIntFunction;
import org.cycleqd.checkpoint.Checkpoint;
import org.cycleqd.checkpoint.LlamaConfig;
import org.cycleqd.lm.LiveModel;
import org.cycleqd.lm.LlamaRuntime;
import org.cycleqd.lm.text.Tokenizer;
import org.cycleqd.torch.TorchRuntime;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** A model folder that a command runs, and where. */
final class ModelToRun {

  @Option(
      names = "--model",
      required = true,
      paramLabel = "DIR",
      description = "A Hugging Face model folder.")
  private Path folder = Path.of("");

  @Mixin private final PlacementOptions placement = new PlacementOptions();

  @Option(
      names = "--threads",
      defaultValue = "1",
      paramLabel = "N",
      description = "Threads of the matrix products; default ${DEFAULT-VALUE}.")
  private int threads;

  /**
   * The folder before anything is loaded.
   *
   * @param tokenizer empty if the folder has none
   */
  record Opened(Path folder, LlamaConfig config, Optional<Tokenizer> tokenizer) {

    /** The tokenizer, or the complaint that there is none. */
    Tokenizer requireTokenizer() throws NoSuchFileException {
      return tokenizer.orElseThrow(
          () -> new NoSuchFileException(folder.resolve("tokenizer.json").toString()));
    }
  }

  /** What is done with the model. */
  @FunctionalInterface
  interface Use {

    /** Uses the model, which is closed afterwards. */
    void apply(Opened opened, LiveModel model) throws IOException;
  }

  /**
   * Loads the model and uses it.
   *
   * @param positions the longest sequence that is needed, found out before weights are read; the
   *     model may refuse by an exception
   */
  void use(ToIntFunction<Opened> positions, Use use) throws IOException {
    Positive.require("--threads", threads);
    TorchRuntime.threads(threads);
    try (Checkpoint checkpoint = Checkpoint.open(folder)) {
      Opened opened = new Opened(folder, checkpoint.config(), tokenizer());
      try {
        int longest = positions.applyAsInt(opened);
        try (LlamaRuntime runtime = placement.open(checkpoint.config(), longest);
            LiveModel model = new LiveModel(runtime)) {
          model.load(checkpoint);
          use.apply(opened, model);
        }
      } finally {
        opened.tokenizer().ifPresent(Tokenizer::close);
      }
    }
  }

  private Optional<Tokenizer> tokenizer() throws IOException {
    try {
      return Optional.of(Tokenizer.open(folder));
    } catch (NoSuchFileException e) {
      return Optional.empty(); // token ids need none
    }
  }
}
