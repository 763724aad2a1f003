package org.cycleqd.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.NoSuchFileException;
import java.util.List;
import java.util.Optional;
import org.cycleqd.checkpoint.LlamaConfig;
import org.cycleqd.experiment.ConfigException;
import org.cycleqd.experiment.UserException;
import org.cycleqd.lm.LiveModel;
import org.cycleqd.lm.TextModel;
import org.cycleqd.lm.text.Tokenizer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** A model that a command runs, and what is put to it: a text, or token ids. */
final class RunningModel {

  @Mixin private final ModelToRun model = new ModelToRun();

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
    model.use(
        opened -> require(opened, tokens(opened).length, more),
        (opened, live) -> use.apply(live, tokens(opened), opened.tokenizer()));
  }

  private int[] tokens(ModelToRun.Opened opened) {
    LlamaConfig config = opened.config();
    if (text != null) {
      int[] tokens = TextModel.Format.of(config).prompt(tokenizer(opened), text);
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

  private static Tokenizer tokenizer(ModelToRun.Opened opened) {
    try {
      return opened.requireTokenizer();
    } catch (NoSuchFileException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static int require(ModelToRun.Opened opened, int tokens, int more) {
    int positions = opened.config().maximumPositions();
    if ((long) tokens + more > positions) {
      throw new UserException(
          "%s: max_position_embeddings: found %d, expected at least %d for %d tokens and %d more"
              .formatted(opened.folder(), positions, tokens + more, tokens, more));
    }
    return Math.max(1, tokens + more);
  }
}
