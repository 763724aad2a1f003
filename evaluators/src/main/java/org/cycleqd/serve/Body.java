package org.cycleqd.serve;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;

/**
 * The fields of a request, each of which has to be read: one that nobody reads is refused, since
 * the answer would not be the one that was asked for. A field that is null counts as absent.
 */
final class Body {

  private final ObjectNode root;
  private final Set<String> read = new HashSet<>();

  private Body(ObjectNode root) {
    this.root = root;
  }

  static Body parse(byte[] bytes) throws ApiException {
    return new Body(Json.parse(bytes));
  }

  /** A field of any kind. */
  Optional<JsonNode> value(String name) {
    read.add(name);
    return Optional.ofNullable(root.get(name)).filter(node -> !node.isNull());
  }

  Optional<String> text(String name) throws ApiException {
    Optional<JsonNode> value = value(name);
    require(name, value, value.map(JsonNode::isTextual).orElse(true), "a string");
    return value.map(JsonNode::textValue);
  }

  boolean flag(String name) throws ApiException {
    Optional<JsonNode> value = value(name);
    require(name, value, value.map(JsonNode::isBoolean).orElse(true), "true or false");
    return value.map(JsonNode::booleanValue).orElse(false);
  }

  OptionalInt integer(String name, int least, int most) throws ApiException {
    Optional<JsonNode> value = value(name);
    boolean fits =
        value
            .map(node ->
                node.isIntegralNumber()
                    && node.canConvertToInt()
                    && node.intValue() >= least
                    && node.intValue() <= most)
            .orElse(true);
    require(
        name,
        value,
        fits,
        most == Integer.MAX_VALUE
            ? "an integer from %d".formatted(least)
            : "an integer from %d to %d".formatted(least, most));
    return value.isEmpty() ? OptionalInt.empty() : OptionalInt.of(value.get().intValue());
  }

  OptionalLong seed(String name) throws ApiException {
    Optional<JsonNode> value = value(name);
    boolean fits =
        value.map(node -> node.isIntegralNumber() && node.canConvertToLong()).orElse(true);
    require(name, value, fits, "an integer of 64 bits");
    return value.isEmpty() ? OptionalLong.empty() : OptionalLong.of(value.get().longValue());
  }

  OptionalDouble number(String name) throws ApiException {
    Optional<JsonNode> value = value(name);
    require(name, value, value.map(JsonNode::isNumber).orElse(true), "a number");
    return value.isEmpty() ? OptionalDouble.empty() : OptionalDouble.of(value.get().doubleValue());
  }

  /** A part of the request. */
  Optional<ObjectNode> object(String name) throws ApiException {
    Optional<JsonNode> value = value(name);
    require(name, value, value.map(JsonNode::isObject).orElse(true), "an object");
    return value.map(ObjectNode.class::cast);
  }

  /**
   * A field that is understood only where it changes nothing.
   *
   * @param neutral its values that change nothing
   */
  void neutral(String name, Object... neutral) throws ApiException {
    Optional<JsonNode> value = value(name);
    for (Object each : neutral) {
      if (value.isPresent() && equal(value.get(), each)) {
        return;
      }
    }
    require(name, value, value.isEmpty(), "nothing or " + List.of(neutral));
  }

  private static boolean equal(JsonNode node, Object value) {
    if (value instanceof Number number) {
      return node.isNumber() && node.doubleValue() == number.doubleValue();
    }
    return node.isContainerNode()
        ? node.isEmpty() && value.equals("")
        : node.isTextual() && node.textValue().equals(value);
  }

  /** Refuses the first field that nobody has read. */
  void requireAllRead() throws ApiException {
    for (var field : root.properties()) {
      if (!read.contains(field.getKey())) {
        throw ApiException.field(
            field.getKey(), Json.shown(field.getValue()), "no such field; this server lacks it");
      }
    }
  }

  private static void require(String name, Optional<JsonNode> value, boolean fits, String expected)
      throws ApiException {
    if (!fits) {
      throw ApiException.field(name, value.map(Json::shown).orElse("nothing"), expected);
    }
  }
}
