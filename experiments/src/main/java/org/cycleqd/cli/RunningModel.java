package org.cycleqd.cli;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.cycleqd.checkpoint.Checkpoint;
import org.cycleqd.checkpoint.LlamaConfig;
import org.cycleqd.experiment.ConfigException;
import org.cycleqd.experiment.UserException;
import org.cycleqd.lm.LiveModel;
import org.cycleqd.lm.LlamaRuntime;
import org.cycleqd.lm.TextModel;
import org.cycleqd.lm.text.Tokenizer;
import org.cycleqd.torch.TorchRuntime;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** A model folder that a command runs, and what is put to it: a text, or token ids. */
final class RunningModel {

  @Option(
      names = "--model",
      required = true,
      paramLabel = "DIR",
      description = "A Hugging Face model folder.")
  private Path folder = Path.of("");

  @Option(
      names = "--prompt",
      paramLabel = "TEXT",
      description = "A text; the model's begin token is put before it.")
  private @Nullable String text;

  @Option(
      names = "--ids",
      split = ",",
      paramLabel = "ID",
      description = "Token ids, separated by commas, in place of a text; nothing is added.")
  private @Nullable List<Integer> ids;

  @Mixin private final PlacementOptions placement = new PlacementOptions();

  @Option(
      names = "--threads",
      defaultValue = "1",
      paramLabel = "N",
      description = "Threads of the matrix products; default ${DEFAULT-VALUE}.")
  private int threads;

  /** What is done with the model. */
  @FunctionalInterface
  interface Use {

    /**
     * Uses the model.
     *
     * @param ids what was put to it, at least one token
     * @param tokenizer empty if the folder has none, which is no matter where ids were given
     */
    void apply(LiveModel model, int[] ids, Optional<Tokenizer> tokenizer) throws IOException;
  }

  /**
   * Loads the model.
   *
   * @param more tokens that will follow
   */
  void use(int more, Use use) throws IOException {
    if ((text == null) == (ids == null)) {
      throw new ConfigException("give either --prompt or --ids");
    }
    if (threads < 1) {
      throw new ConfigException("--threads is %d, allowed: 1 or more".formatted(threads));
    }
    TorchRuntime.threads(threads);
    try (Checkpoint checkpoint = Checkpoint.open(folder)) {
      LlamaConfig config = checkpoint.config();
      Optional<Tokenizer> tokenizer = tokenizer();
      try {
        int[] tokens = tokens(config, tokenizer);
        require(config, tokens, more);
        int positions = Math.min(config.maximumPositions(), tokens.length + more);
        try (LlamaRuntime runtime = placement.open(config, positions);
            LiveModel model = new LiveModel(runtime)) {
          model.load(checkpoint);
          use.apply(model, tokens, tokenizer);
        }
      } finally {
        tokenizer.ifPresent(Tokenizer::close);
      }
    }
  }

  private Optional<Tokenizer> tokenizer() throws IOException {
    try {
      return Optional.of(Tokenizer.open(folder));
    } catch (NoSuchFileException e) {
      if (text != null) {
        throw e;
      }
      return Optional.empty(); // ids need none
    }
  }

  private int[] tokens(LlamaConfig config, Optional<Tokenizer> tokenizer) {
    if (text != null) {
      int[] tokens = TextModel.Format.of(config).prompt(tokenizer.orElseThrow(), text);
      if (tokens.length == 0) {
        throw new ConfigException("--prompt is empty, and the model has no begin token");
      }
      return tokens;
    }
    List<Integer> given = ids == null ? List.of() : ids;
    for (int id : given) {
      if (id < 0 || id >= config.vocabularySize()) {
        throw new ConfigException(
            "--ids has %d, allowed: 0 to %d".formatted(id, config.vocabularySize() - 1));
      }
    }
    return given.stream().mapToInt(Integer::intValue).toArray();
  }

  private void require(LlamaConfig config, int[] tokens, int more) {
    if ((long) tokens.length + more > config.maximumPositions()) {
      throw new UserException(
          "%s: max_position_embeddings: found %d, expected at least %d for %d tokens and %d more"
              .formatted(
                  folder, config.maximumPositions(), tokens.length + more, tokens.length, more));
    }
  }
}
