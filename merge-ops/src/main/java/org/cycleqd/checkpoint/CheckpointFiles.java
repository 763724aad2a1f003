package org.cycleqd.checkpoint;

import java.util.List;
import java.util.regex.Pattern;

/** The names of the files in a model folder. */
final class CheckpointFiles {

  static final String CONFIG = "config.json";
  static final String GENERATION_CONFIG = "generation_config.json";
  static final String WEIGHTS = "model.safetensors";
  static final String INDEX = "model.safetensors.index.json";

  /** What a published model takes over from its donor. */
  static final List<String> CARRIED =
      List.of(
          GENERATION_CONFIG,
          "tokenizer.json",
          "tokenizer.model",
          "tokenizer_config.json",
          "special_tokens_map.json",
          "added_tokens.json",
          "vocab.json",
          "merges.txt",
          "chat_template.jinja");

  private static final Pattern PLAIN_NAME = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._-]*");

  private CheckpointFiles() {}

  /** Whether a name can only mean a file in the folder itself. */
  static boolean isPlainName(String name) {
    return PLAIN_NAME.matcher(name).matches();
  }
}
