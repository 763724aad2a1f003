package org.cycleqd.merge.recipe;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A value of a recipe file that knows its path; read as a type or refused. A null is an absent
 * value.
 *
 * @param path path of keys, list items by number from 0; empty at the root
 */
record RecipeNode(Path file, String path, JsonNode value) {

  /** Reads a part of the file. */
  @FunctionalInterface
  interface Reading<T> {
    T read(RecipeNode node) throws RecipeException;
  }

  /** Refuses a value that is not a mapping or has other keys than the known ones. */
  void requireKeys(String... known) throws RecipeException {
    for (Map.Entry<String, JsonNode> member : members()) {
      if (!List.of(known).contains(member.getKey())) {
        throw child(member.getKey(), member.getValue())
            .refusal(
                "an unknown key", "one of " + NearestNames.first(member.getKey(), List.of(known)));
      }
    }
  }

  /** Refuses a mapping that has none or several of these keys. */
  void requireOneOf(String... keys) throws RecipeException {
    List<String> given = List.of(keys).stream().filter(key -> get(key).isPresent()).toList();
    if (given.size() != 1) {
      throw refusal(
          given.isEmpty() ? "none of them" : String.join(" and ", given),
          "exactly one of " + String.join(", ", keys));
    }
  }

  Optional<RecipeNode> get(String key) {
    @Nullable JsonNode member = value.get(key);
    return member == null || member.isNull() ? Optional.empty() : Optional.of(child(key, member));
  }

  <T> Optional<T> get(String key, Reading<T> reading) throws RecipeException {
    Optional<RecipeNode> member = get(key);
    return member.isPresent() ? Optional.of(reading.read(member.get())) : Optional.empty();
  }

  <T> T required(String key, Reading<T> reading, String expected) throws RecipeException {
    Optional<RecipeNode> member = get(key);
    if (member.isEmpty()) {
      throw new RecipeException(file, join(key), "nothing", expected);
    }
    return reading.read(member.get());
  }

  /** The members of a mapping that are not null, each read. */
  <T> SequencedMap<String, T> entries(Reading<T> reading) throws RecipeException {
    SequencedMap<String, T> entries = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> member : members()) {
      if (!member.getValue().isNull()) {
        entries.put(member.getKey(), reading.read(child(member.getKey(), member.getValue())));
      }
    }
    return entries;
  }

  /** The items of a list, each read. */
  <T> List<T> items(Reading<T> reading) throws RecipeException {
    if (!value.isArray()) {
      throw refusal("a list");
    }
    List<T> items = new ArrayList<>();
    for (int i = 0; i < value.size(); i++) {
      items.add(reading.read(child(Integer.toString(i), value.get(i))));
    }
    return items;
  }

  String text() throws RecipeException {
    if (!value.isTextual()) {
      throw refusal("text");
    }
    return value.textValue();
  }

  int integer() throws RecipeException {
    if (!value.isIntegralNumber() || !value.canConvertToInt()) {
      throw refusal("an integer below 2^31");
    }
    return value.intValue();
  }

  long longInteger() throws RecipeException {
    if (!value.isIntegralNumber() || !value.canConvertToLong()) {
      throw refusal("an integer of 64 bits");
    }
    return value.longValue();
  }

  double finite() throws RecipeException {
    if (!value.isNumber() || !Double.isFinite(value.doubleValue())) {
      throw refusal("a finite number");
    }
    return value.doubleValue();
  }

  boolean flag() throws RecipeException {
    if (!value.isBoolean()) {
      throw refusal("true or false");
    }
    return value.booleanValue();
  }

  ModelReference model() throws RecipeException {
    String text = text();
    try {
      return ModelReference.parse(text);
    } catch (IllegalArgumentException e) {
      throw refusal("path[@revision][+lora[@revision]]");
    }
  }

  /** Makes a record of what was read; its refusal is one of this file and path. */
  <T> T make(Supplier<T> record) throws RecipeException {
    try {
      return record.get();
    } catch (IllegalArgumentException e) {
      throw new RecipeException(file, join(Objects.toString(e.getMessage())));
    }
  }

  RecipeException refusal(String expected) {
    return refusal(found(), expected);
  }

  RecipeException refusal(String found, String expected) {
    return new RecipeException(file, path.isEmpty() ? "recipe" : path, found, expected);
  }

  private String found() {
    return switch (value.getNodeType()) {
      case ARRAY -> value.isEmpty() ? "an empty list" : "a list of " + value.size();
      case OBJECT -> "a mapping";
      case NULL -> "nothing";
      case STRING -> "'" + value.textValue() + "'";
      default -> value.asText();
    };
  }

  private Collection<Map.Entry<String, JsonNode>> members() throws RecipeException {
    if (!value.isObject()) {
      throw refusal("a mapping");
    }
    return value.properties();
  }

  private RecipeNode child(String key, JsonNode member) {
    return new RecipeNode(file, join(key), member);
  }

  private String join(String key) {
    return path.isEmpty() ? key : path + "." + key;
  }
}
