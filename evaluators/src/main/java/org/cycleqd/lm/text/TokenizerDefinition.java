package org.cycleqd.lm.text;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;

/**
 * A {@code tokenizer.json} that only splits text: whatever it says of padding, truncation and
 * tokens around a text is left out.
 *
 * @param name where it comes from, for messages
 * @param root what splits plain text
 * @param parsing what splits text with special tokens in it; the same but for prefixes
 */
record TokenizerDefinition(
    String name,
    ObjectNode root,
    ObjectNode parsing,
    Prefix prefix,
    Vocabulary vocabulary,
    PieceDecoder decoder) {

  private static final ObjectMapper JSON =
      new ObjectMapper()
          .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  /**
   * Reads the text of a {@code tokenizer.json}.
   *
   * @throws IllegalArgumentException if it is none; the message says where it breaks
   */
  static TokenizerDefinition parse(String name, String json) {
    return of(name, object(name, json));
  }

  static TokenizerDefinition of(String name, ObjectNode root) {
    root.putNull("truncation").putNull("padding").putNull("post_processor");
    for (JsonNode charsmap : root.path("normalizer").findValues("precompiled_charsmap")) {
      requireSound(name, charsmap);
    }
    JsonNode dropout = root.path("model").path("dropout");
    if (dropout.asDouble() != 0) {
      throw new IllegalArgumentException(
          "%s: model.dropout: found %s, expected null, since ids must not depend on chance"
              .formatted(name, dropout));
    }
    return new TokenizerDefinition(
        name,
        root,
        root,
        Prefix.NONE,
        Vocabulary.of(name, root),
        PieceDecoder.of(name, root.path("decoder")));
  }

  /** The same with a space before texts. */
  TokenizerDefinition with(Prefix place, ObjectNode forParsing) {
    forParsing.putNull("truncation").putNull("padding").putNull("post_processor");
    return new TokenizerDefinition(name, root, forParsing, place, vocabulary, decoder);
  }

  private static void requireSound(String name, JsonNode charsmap) {
    try {
      if (charsmap.isNull() || Charsmap.isSound(charsmap.binaryValue())) {
        return;
      }
    } catch (IOException e) {
      // No Base64; refused like any other broken map.
    }
    throw new IllegalArgumentException(
        "%s: precompiled_charsmap: found a broken map, expected SentencePiece's".formatted(name));
  }

  /** Reads an object without duplicate keys. */
  static ObjectNode object(String name, String json) {
    try {
      JsonNode node = JSON.readTree(json);
      if (node instanceof ObjectNode object) {
        return object;
      }
      throw new IllegalArgumentException(
          "%s: found %s, expected an object".formatted(name, node.getNodeType()));
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(
          "%s: found malformed JSON (%s), expected valid JSON"
              .formatted(name, e.getOriginalMessage()),
          e);
    }
  }
}
