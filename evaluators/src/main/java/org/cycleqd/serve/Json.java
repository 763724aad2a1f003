package org.cycleqd.serve;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;

/** Reads requests strictly and writes answers. */
final class Json {

  private static final ObjectMapper MAPPER =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .disable(JsonParser.Feature.AUTO_CLOSE_SOURCE)
          .build();

  private Json() {}

  static ObjectNode object() {
    return MAPPER.createObjectNode();
  }

  /** The object of a request's body. */
  static ObjectNode parse(byte[] body) throws ApiException {
    JsonNode node;
    try {
      node = MAPPER.readTree(body);
    } catch (JsonProcessingException e) {
      throw ApiException.of(400, "body: found no JSON: " + e.getOriginalMessage());
    } catch (IOException e) {
      throw new UncheckedIOException("reading from memory", e);
    }
    if (node instanceof ObjectNode object) {
      return object;
    }
    throw ApiException.of(400, "body: found %s, expected an object".formatted(kind(node)));
  }

  /** An object as a template takes it: strings, numbers, booleans, null, lists and maps. */
  @SuppressWarnings("unchecked") // the keys of a JSON object are strings
  static Map<String, Object> map(ObjectNode node) {
    return MAPPER.convertValue(node, Map.class);
  }

  static byte[] bytes(JsonNode node) {
    return node.toString().getBytes(UTF_8);
  }

  /** A value for a message: as it is if it is short, or its kind. */
  static String shown(JsonNode node) {
    String text = node.toString();
    return text.length() <= 60 ? text : kind(node) + " of " + text.length() + " characters";
  }

  private static String kind(JsonNode node) {
    return switch (node.getNodeType()) {
      case ARRAY -> "a list";
      case OBJECT -> "an object";
      case STRING -> "a string";
      case NUMBER -> "a number";
      case BOOLEAN -> "a truth value";
      case NULL -> "null";
      case MISSING, BINARY, POJO -> "nothing";
    };
  }
}
