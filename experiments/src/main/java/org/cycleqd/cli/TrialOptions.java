package org.cycleqd.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;
import org.cycleqd.evaluation.Talking;
import org.cycleqd.evaluation.Trials;
import org.cycleqd.experiment.UserException;
import org.cycleqd.lm.text.ChatTemplate;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** How often {@code eval} asks, and how a model here carries on dialogues. */
final class TrialOptions {

  @Option(
      names = "--repeats",
      defaultValue = "1",
      paramLabel = "N",
      description = "Ask each item so often, its score is the mean; default ${DEFAULT-VALUE}.")
  private int repeats;

  @Mixin private final SamplingOptions sampling = new SamplingOptions();

  @Option(
      names = "--chat-template",
      paramLabel = "DIR",
      description = "Dialogues by the chat template of this folder; default the model's.")
  private @Nullable Path template;

  @Option(
      names = "--rows",
      paramLabel = "N",
      description =
          "Replies of dialogues decoded at once; default as many as 4 GiB of cache hold, up to 64.")
  private @Nullable Integer rows;

  @Option(
      names = "--context",
      paramLabel = "N",
      description = "Most tokens of a dialogue; default what the model allows, up to 8192.")
  private @Nullable Integer context;

  /** Repeats and draws. */
  Trials trials() {
    Positive.require("--repeats", repeats);
    return new Trials(repeats, sampling.sampling(sampling.seed()));
  }

  /** What dialogues need, for a model in a folder. */
  Talking talking(Path model) throws IOException {
    Optional<ChatTemplate> found = ChatTemplate.of(template == null ? model : template);
    if (template != null && found.isEmpty()) {
      throw new UserException("--chat-template: found none in " + template);
    }
    return new Talking(found, number("--rows", rows), number("--context", context));
  }

  private static OptionalInt number(String option, @Nullable Integer value) {
    if (value == null) {
      return OptionalInt.empty();
    }
    Positive.require(option, value);
    return OptionalInt.of(value);
  }
}
