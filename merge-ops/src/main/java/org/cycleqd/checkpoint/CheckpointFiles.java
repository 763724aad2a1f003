package org.cycleqd.checkpoint;

import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/** The names of the files in a model folder. */
public final class CheckpointFiles {

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
          "chat_template.jinja");

  private static final Pattern PLAIN_NAME = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._-]*");

  private CheckpointFiles() {}

  /** Whether a name can only mean a file in the folder itself. */
  static boolean isPlainName(String name) {
    return PLAIN_NAME.matcher(name).matches();
  }

  /**
   * Checks that a file is there, and not a link to somewhere else.
   *
   * @param expected what the file is, for the message
   * @throws CheckpointException if it is not
   */
  public static void requireRegular(Path file, String expected) throws CheckpointException {
    if (Files.isSymbolicLink(file)) {
      throw new CheckpointException(
          file, "file", "a symbolic link", "the file itself; copy it into the folder");
    }
    if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
      throw new CheckpointException(
          file, "file", Files.exists(file) ? "no regular file" : "none", expected);
    }
  }
}
