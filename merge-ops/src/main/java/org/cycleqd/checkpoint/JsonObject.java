package org.cycleqd.checkpoint;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A JSON object of a file; reads fields and refuses them by name. A null field is an absent one.
 */
final class JsonObject {

  private static final ObjectMapper MAPPER =
      new ObjectMapper()
          .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  private final Path file;
  private final String prefix;
  private final JsonNode node;

  private JsonObject(Path file, String prefix, JsonNode node) {
    this.file = file;
    this.prefix = prefix;
    this.node = node;
  }

  /** Reads a file that holds one object without duplicate keys. */
  static JsonObject read(Path file) throws IOException {
    try {
      JsonNode node = MAPPER.readTree(Files.readString(file));
      if (!node.isObject()) {
        throw new CheckpointException(file, "file", node.getNodeType().toString(), "an object");
      }
      return new JsonObject(file, "", node);
    } catch (CharacterCodingException e) {
      throw new CheckpointException(file, "file", "malformed UTF-8", "valid UTF-8");
    } catch (JsonProcessingException e) {
      throw new CheckpointException(
          file, "file", "malformed JSON (" + e.getOriginalMessage() + ")", "valid JSON");
    }
  }

  Path file() {
    return file;
  }

  /** Whether the key is there at all, possibly with the value null. */
  boolean mentions(String field) {
    return node.has(field);
  }

  boolean has(String field) {
    return node.hasNonNull(field);
  }

  Set<String> fields() {
    Set<String> names = new LinkedHashSet<>();
    for (Iterator<String> i = node.fieldNames(); i.hasNext(); ) {
      names.add(i.next());
    }
    return names;
  }

  int integer(String field) throws CheckpointException {
    return asInteger(field, value(field, "an integer"));
  }

  int integerOr(String field, int otherwise) throws CheckpointException {
    return has(field) ? integer(field) : otherwise;
  }

  double number(String field) throws CheckpointException {
    JsonNode value = value(field, "a number");
    if (!value.isNumber()) {
      throw refusal(field, value.toString(), "a number");
    }
    return value.doubleValue();
  }

  boolean flagOr(String field, boolean otherwise) throws CheckpointException {
    if (!has(field)) {
      return otherwise;
    }
    JsonNode value = value(field, "true or false");
    if (!value.isBoolean()) {
      throw refusal(field, value.toString(), "true or false");
    }
    return value.booleanValue();
  }

  String text(String field) throws CheckpointException {
    JsonNode value = value(field, "a string");
    if (!value.isTextual()) {
      throw refusal(field, value.toString(), "a string");
    }
    return value.textValue();
  }

  Optional<String> optionalText(String field) throws CheckpointException {
    return has(field) ? Optional.of(text(field)) : Optional.empty();
  }

  Optional<JsonObject> object(String field) throws CheckpointException {
    if (!has(field)) {
      return Optional.empty();
    }
    JsonNode value = value(field, "an object");
    if (!value.isObject()) {
      throw refusal(field, value.toString(), "an object");
    }
    return Optional.of(new JsonObject(file, prefix + field + ".", value));
  }

  /** The objects of a list; empty if absent. */
  List<JsonObject> objects(String field) throws CheckpointException {
    if (!has(field)) {
      return List.of();
    }
    List<JsonObject> objects = new ArrayList<>();
    JsonNode value = value(field, "a list of objects");
    for (JsonNode element : value) {
      if (!value.isArray() || !element.isObject()) {
        throw refusal(field, element.toString(), "a list of objects");
      }
      objects.add(
          new JsonObject(file, "%s%s.%d.".formatted(prefix, field, objects.size()), element));
    }
    return objects;
  }

  /** The number of elements of a list; empty if the field is absent or no list. */
  OptionalInt listLength(String field) {
    @Nullable JsonNode value = node.get(field);
    return value != null && value.isArray() ? OptionalInt.of(value.size()) : OptionalInt.empty();
  }

  /** The integers of a list, or the one integer that stands in its place; empty if absent. */
  List<Integer> integers(String field) throws CheckpointException {
    if (!has(field)) {
      return List.of();
    }
    JsonNode value = value(field, "an integer or a list");
    if (!value.isArray()) {
      return List.of(asInteger(field, value));
    }
    List<Integer> integers = new ArrayList<>();
    for (JsonNode element : value) {
      integers.add(asInteger(field, element));
    }
    return integers;
  }

  CheckpointException refusal(String field, String found, String expected) {
    return new CheckpointException(file, prefix + field, found, expected);
  }

  private int asInteger(String field, JsonNode value) throws CheckpointException {
    if (!value.isIntegralNumber() || !value.canConvertToInt()) {
      throw refusal(field, value.toString(), "an integer below 2^31");
    }
    return value.intValue();
  }

  private JsonNode value(String field, String expected) throws CheckpointException {
    @Nullable JsonNode value = node.get(field);
    if (value == null || value.isNull()) {
      throw refusal(field, "nothing", expected);
    }
    return value;
  }
}
