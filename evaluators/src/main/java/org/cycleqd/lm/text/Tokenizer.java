package org.cycleqd.lm.text;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.NavigableMap;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Text to token ids and back. Nothing is ever put around a text, padded or truncated. May be used
 * by several threads at a time.
 */
public final class Tokenizer implements AutoCloseable {

  /** All three are on by default in the library. */
  private static final Map<String, String> PLAIN =
      Map.of("addSpecialTokens", "false", "truncation", "false", "padding", "false");

  private final TokenizerDefinition definition;
  private final Pattern refused;
  private final NavigableMap<Integer, String> special;
  private final HuggingFaceTokenizer plain;
  private final HuggingFaceTokenizer parsing;

  Tokenizer(TokenizerDefinition definition) {
    this.definition = definition;
    this.refused = HiddenTokens.refused(definition.root());
    this.special = new TreeMap<>();
    definition.vocabulary().added().stream()
        .filter(AddedToken::special)
        .forEach(token -> special.put(token.id(), token.content()));
    this.plain =
        load(definition.name(), HiddenTokens.hide(definition.root(), definition.vocabulary()));
    this.parsing = load(definition.name(), definition.parsing());
    try {
      special.forEach(this::requireId);
    } catch (IllegalArgumentException e) {
      close();
      throw e;
    }
  }

  /**
   * Opens the tokenizer of a model folder: {@code tokenizer.json}, or else {@code tokenizer.model}
   * (SentencePiece), or else {@code vocab.json} with {@code merges.txt} (GPT-2). The latter two
   * heed the added tokens of {@code tokenizer_config.json} or {@code added_tokens.json}.
   *
   * @throws IOException if there is none or it cannot be read; the message names file and field
   */
  public static Tokenizer open(Path folder) throws IOException {
    return open(TokenizerFiles.ofFolder(folder));
  }

  /**
   * Opens one file: a {@code tokenizer.json} (any name that ends in {@code .json}), a vocabulary of
   * llama2.c ({@code .bin}) or a SentencePiece model (any other name).
   *
   * @throws IOException if it cannot be read; the message names file and field
   */
  public static Tokenizer read(Path file) throws IOException {
    return open(TokenizerFiles.ofFile(file));
  }

  /**
   * A tokenizer from the text of a {@code tokenizer.json}.
   *
   * @throws IllegalArgumentException if it is none; the message says where it breaks
   */
  public static Tokenizer parse(String json) {
    return new Tokenizer(TokenizerDefinition.parse("tokenizer.json", json));
  }

  private static Tokenizer open(TokenizerDefinition definition) throws IOException {
    try {
      return new Tokenizer(definition);
    } catch (IllegalArgumentException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  /**
   * The ids of a text in which nothing is special: the name of a special token is text like any
   * other, so that no user can write the end of a turn.
   *
   * @throws IllegalArgumentException if the text is no Unicode text or cannot be told from a token
   */
  public int[] encode(String text) {
    requireText(text);
    Matcher matcher = refused.matcher(text);
    if (matcher.find()) {
      throw new IllegalArgumentException(
          "a text to encode: found %s at %d, expected text without it"
              .formatted(escaped(matcher.group()), matcher.start()));
    }
    boolean prefixed = definition.prefix() != Prefix.NONE && !text.isEmpty();
    return encode(plain, prefixed ? " " + text : text);
  }

  /**
   * The ids of a text in which the names of special tokens are those tokens, such as a rendered
   * chat template; what users wrote in it is parsed as well.
   *
   * @throws IllegalArgumentException if the text is no Unicode text
   */
  public int[] encodeWithSpecial(String text) {
    requireText(text);
    boolean prefixed =
        definition.prefix() == Prefix.FIRST
            && !text.isEmpty()
            && special.values().stream().noneMatch(text::startsWith);
    return encode(parsing, prefixed ? " " + text : text);
  }

  /** The text of ids; special tokens are left out. */
  public String decode(int[] ids) {
    return decode(ids, true);
  }

  /**
   * The text of ids. Bytes that are no UTF-8 become U+FFFD.
   *
   * @param skipSpecial whether special tokens are left out; otherwise their names are written
   * @throws IllegalArgumentException if no token has one of the ids
   */
  public String decode(int[] ids, boolean skipSpecial) {
    StreamDecoder stream = stream(skipSpecial);
    StringBuilder text = new StringBuilder();
    for (int id : ids) {
      text.append(stream.push(id));
    }
    return text.append(stream.finish()).toString();
  }

  /** Decodes token by token, from the beginning of a text. */
  public StreamDecoder stream(boolean skipSpecial) {
    return new StreamDecoder(this, skipSpecial);
  }

  /**
   * The piece with an id, in the vocabulary's own spelling.
   *
   * @throws IllegalArgumentException if there is none
   */
  public String piece(int id) {
    return definition
        .vocabulary()
        .piece(id)
        .orElseThrow(() ->
            new IllegalArgumentException(
                "%s: found token id %d, expected one of the %d ids of the vocabulary"
                    .formatted(definition.name(), id, vocabularySize())));
  }

  /**
   * What a token stands for inside of a text; part of a character, possibly.
   *
   * @throws IllegalArgumentException if no token has this id
   */
  public byte[] bytes(int id) {
    String piece = piece(id);
    return isSpecial(id) ? piece.getBytes(StandardCharsets.UTF_8) : decoder().bytes(piece, false);
  }

  /** The id of a piece in the vocabulary's own spelling, if it is one. */
  public OptionalInt id(String piece) {
    return definition.vocabulary().id(piece);
  }

  /** One more than the largest id. */
  public int vocabularySize() {
    return definition.vocabulary().size();
  }

  /** The special tokens' names by their ids, in order. */
  public NavigableMap<Integer, String> special() {
    return new TreeMap<>(special);
  }

  boolean isSpecial(int id) {
    return special.containsKey(id);
  }

  PieceDecoder decoder() {
    return definition.decoder();
  }

  @Override
  public void close() {
    plain.close();
    parsing.close();
  }

  /** Ids are given out by the library in the order of its file, whatever the file says they are. */
  private void requireId(int id, String content) {
    int[] found = encode(parsing, content);
    if (found.length != 1 || found[0] != id) {
      throw new IllegalArgumentException(
          "%s: added_tokens: found id %d for %s, expected %s as the library numbers it"
              .formatted(definition.name(), id, content, Arrays.toString(found)));
    }
  }

  private static HuggingFaceTokenizer load(String name, ObjectNode root) {
    byte[] json = root.toString().getBytes(StandardCharsets.UTF_8);
    try {
      return HuggingFaceTokenizer.newInstance(new ByteArrayInputStream(json), PLAIN);
    } catch (IOException e) {
      throw new UncheckedIOException("reading from memory", e);
    } catch (RuntimeException e) {
      throw new IllegalArgumentException(
          "%s: not a tokenizer: %s".formatted(name, e.getMessage()), e);
    }
  }

  private int[] encode(HuggingFaceTokenizer tokenizer, String text) {
    long[] ids;
    try {
      ids = tokenizer.encode(text, false, false).getIds();
    } catch (RuntimeException e) {
      throw new IllegalArgumentException(
          "%s: a text to encode: found what the vocabulary lacks (%s)"
              .formatted(definition.name(), e.getMessage()),
          e);
    }
    int[] result = new int[ids.length];
    for (int i = 0; i < ids.length; i++) {
      result[i] = Math.toIntExact(ids[i]);
    }
    return result;
  }

  private static void requireText(String text) {
    int place = 0;
    while (place < text.length()) {
      int c = text.codePointAt(place);
      if (c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE) {
        throw new IllegalArgumentException(
            "a text to encode: found half a character (%04x) at %d, expected Unicode text"
                .formatted(c, place));
      }
      place += Character.charCount(c);
    }
  }

  private static String escaped(String text) {
    StringBuilder escaped = new StringBuilder();
    text.chars()
        .forEach(c -> escaped.append(c < 128 ? Character.toString(c) : "\\u%04x".formatted(c)));
    return escaped.toString();
  }
}
