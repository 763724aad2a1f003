package org.cycleqd.lm;

import static java.nio.charset.StandardCharsets.UTF_8;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;

/**
 * Text to token ids and back, as a model folder's {@code tokenizer.json} says. Nothing is added,
 * padded or truncated.
 */
public final class Tokenizer implements AutoCloseable {

  private static final Map<String, String> PLAIN =
      Map.of("addSpecialTokens", "false", "truncation", "false", "padding", "false");

  private final HuggingFaceTokenizer tokenizer;

  private Tokenizer(HuggingFaceTokenizer tokenizer) {
    this.tokenizer = tokenizer;
  }

  /**
   * Opens the tokenizer of a model folder.
   *
   * @throws IOException if {@code tokenizer.json} is missing or unreadable
   */
  public static Tokenizer open(Path folder) throws IOException {
    Path file = folder.resolve("tokenizer.json");
    if (!Files.isRegularFile(file)) {
      throw new NoSuchFileException(
          file.toString(), null, "the model folder has no tokenizer.json");
    }
    try {
      return new Tokenizer(HuggingFaceTokenizer.newInstance(file, PLAIN));
    } catch (RuntimeException e) {
      throw new IOException("%s: not a tokenizer: %s".formatted(file, e.getMessage()), e);
    }
  }

  /**
   * A tokenizer from the text of a {@code tokenizer.json}.
   *
   * @throws RuntimeException if it is none; the message says where it breaks
   */
  public static Tokenizer parse(String json) {
    try {
      return new Tokenizer(
          HuggingFaceTokenizer.newInstance(new ByteArrayInputStream(json.getBytes(UTF_8)), PLAIN));
    } catch (IOException e) {
      throw new UncheckedIOException("reading from memory", e);
    }
  }

  /** The ids of a text, without special tokens around it. */
  public int[] encode(String text) {
    long[] ids = tokenizer.encode(text, false, false).getIds();
    int[] result = new int[ids.length];
    for (int i = 0; i < ids.length; i++) {
      result[i] = Math.toIntExact(ids[i]);
    }
    return result;
  }

  /** The text of ids; special tokens are left out. */
  public String decode(int[] ids) {
    long[] wide = new long[ids.length];
    for (int i = 0; i < ids.length; i++) {
      wide[i] = ids[i];
    }
    return tokenizer.decode(wide, true);
  }

  @Override
  public void close() {
    tokenizer.close();
  }
}
