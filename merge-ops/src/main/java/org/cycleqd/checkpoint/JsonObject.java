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
public final class JsonObject {

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
  public static JsonObject read(Path file) throws IOException {
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

  /** The file that the object was read from. */
  public Path file() {
    return file;
  }

  /** Whether the key is there at all, possibly with the value null. */
  public boolean mentions(String field) {
    return node.has(field);
  }

  /** Whether the key is there with a value other than null. */
  public boolean has(String field) {
    return node.hasNonNull(field);
  }

  /** The keys in the order of the file. */
  public Set<String> fields() {
    Set<String> names = new LinkedHashSet<>();
    for (Iterator<String> i = node.fieldNames(); i.hasNext(); ) {
      names.add(i.next());
    }
    return names;
  }

  /** An integer that must be there. */
  public int integer(String field) throws CheckpointException {
    return asInteger(field, value(field, "an integer"));
  }

  /** An integer, or a default where it is absent. */
  public int integerOr(String field, int otherwise) throws CheckpointException {
    return has(field) ? integer(field) : otherwise;
  }

  /** A number that must be there. */
  public double number(String field) throws CheckpointException {
    JsonNode value = value(field, "a number");
    if (!value.isNumber()) {
      throw refusal(field, value.toString(), "a number");
    }
    return value.doubleValue();
  }

  /** A boolean, or a default where it is absent. */
  public boolean flagOr(String field, boolean otherwise) throws CheckpointException {
    if (!has(field)) {
      return otherwise;
    }
    JsonNode value = value(field, "true or false");
    if (!value.isBoolean()) {
      throw refusal(field, value.toString(), "true or false");
    }
    return value.booleanValue();
  }

  /** A string that must be there. */
  public String text(String field) throws CheckpointException {
    JsonNode value = value(field, "a string");
    if (!value.isTextual()) {
      throw refusal(field, value.toString(), "a string");
    }
    return value.textValue();
  }

  /** A string, or empty where it is absent. */
  public Optional<String> optionalText(String field) throws CheckpointException {
    return has(field) ? Optional.of(text(field)) : Optional.empty();
  }

  /** An object, or empty where it is absent. */
  public Optional<JsonObject> object(String field) throws CheckpointException {
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
  public List<Integer> integers(String field) throws CheckpointException {
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

  /** The strings of a list; empty if absent. */
  public List<String> texts(String field) throws CheckpointException {
    if (!has(field)) {
      return List.of();
    }
    JsonNode value = value(field, "a list of strings");
    List<String> texts = new ArrayList<>();
    for (JsonNode element : value) {
      texts.add(element.textValue());
    }
    if (!value.isArray() || texts.contains(null)) {
      throw refusal(field, value.toString(), "a list of strings");
    }
    return texts;
  }

  /** Whether the value is a string. */
  public boolean isText(String field) {
    return has(field) && node.get(field).isTextual();
  }

  /** Whether the value says nothing: absent, null, false, or an empty list, object or string. */
  public boolean isVoid(String field) {
    return !has(field) || List.of("false", "[]", "{}", "\"\"").contains(shown(field));
  }

  /** The value as JSON text, to be shown. */
  public String shown(String field) {
    return String.valueOf(node.get(field));
  }

  /** The exception that refuses a field's value. */
  public CheckpointException refusal(String field, String found, String expected) {
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
