package org.cycleqd.remote;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;

/** A place in an answer. Null and nothing are the same. */
final class Field {

  private final Reply reply;
  private final String path;
  private final JsonNode node;

  Field(Reply reply, String path, JsonNode node) {
    this.reply = reply;
    this.path = path;
    this.node = node;
  }

  boolean isThere() {
    return !node.isMissingNode() && !node.isNull();
  }

  boolean isList() {
    return node.isArray();
  }

  /** A field of this object; absent if this is none. */
  Field at(String name) {
    String inner = path.isEmpty() ? name : path + "." + name;
    return new Field(
        reply, inner, Objects.requireNonNullElse(node.get(name), MissingNode.getInstance()));
  }

  /** The elements of a list. */
  List<Field> elements() throws RemoteException {
    require(node.isArray(), "a list");
    List<Field> elements = new ArrayList<>();
    for (JsonNode element : node) {
      elements.add(new Field(reply, "%s[%d]".formatted(path, elements.size()), element));
    }
    return elements;
  }

  /** The fields of an object. */
  Map<String, Field> fields() throws RemoteException {
    require(node.isObject(), "an object");
    Map<String, Field> fields = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> entry : node.properties()) {
      fields.put(entry.getKey(), at(entry.getKey()));
    }
    return fields;
  }

  String text() throws RemoteException {
    require(node.isTextual(), "a string");
    return node.textValue();
  }

  Optional<String> optionalText() throws RemoteException {
    return isThere() ? Optional.of(text()) : Optional.empty();
  }

  double number() throws RemoteException {
    require(node.isNumber(), "a number");
    return node.doubleValue();
  }

  OptionalInt optionalInteger() throws RemoteException {
    if (!isThere()) {
      return OptionalInt.empty();
    }
    require(node.isIntegralNumber() && node.canConvertToInt(), "an integer below 2^31");
    return OptionalInt.of(node.intValue());
  }

  /** The exception that refuses this value. */
  RemoteException refusal(String expected) {
    return reply.refusal(path, isThere() ? Json.text(node) : "nothing", expected);
  }

  /** The exception that refuses something about this value. */
  RemoteException refusal(String found, String expected) {
    return reply.refusal(path, found, expected);
  }

  private void require(boolean fits, String expected) throws RemoteException {
    if (!fits) {
      throw refusal(expected);
    }
  }
}
