package org.cycleqd.merge.recipe;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One YAML document as a tree. Unlike Jackson's own tree it resolves aliases of lists and mappings,
 * refuses other aliases, and refuses duplicate keys.
 */
final class YamlDocument {

  /** Aliases of aliases must not unfold into billions of values. */
  private static final int MAXIMUM_VALUES = 1_000_000;

  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private final Path file;
  private final YAMLParser parser;
  private final Map<String, Anchored> anchors = new HashMap<>();
  private int values;

  /** A value that aliases may repeat, and how many values it consists of. */
  private record Anchored(JsonNode node, int values) {}

  private YamlDocument(Path file, YAMLParser parser) {
    this.file = file;
    this.parser = parser;
  }

  /**
   * Parses a text.
   *
   * @throws RecipeException if it is not one YAML document
   */
  static JsonNode parse(Path file, String text) throws RecipeException {
    try (YAMLParser parser = new YAMLFactory().createParser(text)) {
      if (parser.nextToken() == null) {
        return NullNode.instance;
      }
      YamlDocument document = new YamlDocument(file, parser);
      JsonNode root = document.node();
      if (parser.nextToken() != null) {
        throw document.refusal(
            "a second YAML document", "one document: the stages of a merge are run one by one");
      }
      return root;
    } catch (JsonProcessingException e) {
      // The indented lines repeat the text and its place.
      String problem =
          e.getOriginalMessage()
              .lines()
              .filter(line -> !line.isBlank() && !line.startsWith(" "))
              .collect(Collectors.joining(", "));
      throw new RecipeException(
          file, line(e.getLocation()), "malformed YAML (%s)".formatted(problem), "valid YAML");
    } catch (RecipeException e) {
      throw e;
    } catch (IOException e) {
      throw new RecipeException(file, "not readable: " + e.getMessage());
    }
  }

  private JsonNode node() throws IOException {
    int before = values;
    count(1);
    if (parser.isCurrentAlias()) {
      Anchored target = anchors.get(parser.getText());
      if (target == null) {
        throw refusal("the alias *" + parser.getText(), "an anchored list or mapping before it");
      }
      count(target.values());
      return target.node();
    }
    String anchor = parser.getObjectId();
    JsonNode node =
        switch (parser.currentToken()) {
          case START_OBJECT -> mapping();
          case START_ARRAY -> sequence();
          case VALUE_NUMBER_INT -> NODES.numberNode(parser.getBigIntegerValue());
          case VALUE_NUMBER_FLOAT -> NODES.numberNode(decimal());
          case VALUE_TRUE -> NODES.booleanNode(true);
          case VALUE_FALSE -> NODES.booleanNode(false);
          case VALUE_NULL -> NODES.nullNode();
          default -> NODES.textNode(parser.getText());
        };
    if (anchor != null) {
      anchors.put(anchor, new Anchored(node, values - before));
    }
    return node;
  }

  /** Jackson takes infinities and NaN for numbers but does not read them. */
  private double decimal() throws IOException {
    String text = parser.getText().toLowerCase(Locale.ROOT);
    if (text.endsWith("nan")) {
      return Double.NaN;
    }
    if (text.endsWith("inf")) {
      return text.startsWith("-") ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY;
    }
    return parser.getDoubleValue();
  }

  private ArrayNode sequence() throws IOException {
    ArrayNode items = NODES.arrayNode();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      items.add(node());
    }
    return items;
  }

  private ObjectNode mapping() throws IOException {
    ObjectNode members = NODES.objectNode();
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String key = parser.currentName();
      if (members.has(key)) {
        throw refusal("the key %s twice".formatted(key), "it once");
      }
      parser.nextToken();
      members.set(key, node());
    }
    return members;
  }

  private void count(int more) throws RecipeException {
    values += more;
    if (values > MAXIMUM_VALUES) {
      throw refusal("more than %d values".formatted(MAXIMUM_VALUES), "a smaller recipe");
    }
  }

  private RecipeException refusal(String found, String expected) {
    return new RecipeException(file, line(parser.currentTokenLocation()), found, expected);
  }

  private static String line(@Nullable JsonLocation location) {
    return location == null ? "file" : "line " + location.getLineNr();
  }
}
