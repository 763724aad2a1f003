package org.cycleqd.lm.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** The tokens of a {@code tokenizer.json} by id; an id may stand for nothing. */
final class Vocabulary {

  /** Beyond every vocabulary in use; an id above it would only fill the memory. */
  private static final int LARGEST = 1 << 24;

  private final String name;
  private final List<Optional<String>> pieces = new ArrayList<>();
  private final Map<String, Integer> ids = new HashMap<>();
  private final List<AddedToken> added = new ArrayList<>();

  private Vocabulary(String name) {
    this.name = name;
  }

  static Vocabulary of(String name, ObjectNode root) {
    Vocabulary vocabulary = new Vocabulary(name);
    JsonNode vocab = root.path("model").path("vocab");
    if (vocab.isObject()) {
      for (Map.Entry<String, JsonNode> entry : vocab.properties()) {
        vocabulary.add(entry.getKey(), entry.getValue());
      }
    } else if (vocab.isArray()) {
      for (JsonNode pair : vocab) {
        vocabulary.add(pair.path(0).asText(), vocabulary.pieces.size());
      }
    } else {
      throw new IllegalArgumentException(
          "%s: model.vocab: found %s, expected an object or a list"
              .formatted(name, vocab.getNodeType()));
    }
    for (JsonNode token : root.path("added_tokens")) {
      vocabulary.add(token);
    }
    return vocabulary;
  }

  int size() {
    return pieces.size();
  }

  Optional<String> piece(int id) {
    return id >= 0 && id < pieces.size() ? pieces.get(id) : Optional.empty();
  }

  OptionalInt id(String piece) {
    Integer id = ids.get(piece);
    return id == null ? OptionalInt.empty() : OptionalInt.of(id);
  }

  List<AddedToken> added() {
    return List.copyOf(added);
  }

  private void add(JsonNode token) {
    String content = token.path("content").asText();
    if (!token.path("content").isTextual() || content.isEmpty()) {
      throw new IllegalArgumentException(
          "%s: added_tokens.%d.content: found %s, expected text"
              .formatted(name, added.size(), token.path("content")));
    }
    int id = requireId(content, token.path("id"));
    added.add(
        new AddedToken(
            id,
            content,
            token.path("special").asBoolean(false),
            token.path("normalized").asBoolean(true),
            token.path("lstrip").asBoolean(false),
            token.path("rstrip").asBoolean(false),
            token.path("single_word").asBoolean(false)));
    add(content, id);
  }

  private void add(String piece, JsonNode id) {
    add(piece, requireId(piece, id));
  }

  private void add(String piece, int id) {
    while (pieces.size() <= id) {
      pieces.add(Optional.empty());
    }
    pieces.set(id, Optional.of(piece));
    ids.put(piece, id);
  }

  private int requireId(String piece, JsonNode id) {
    if (!id.canConvertToInt() || !id.isInt() || id.intValue() < 0 || id.intValue() >= LARGEST) {
      throw new IllegalArgumentException(
          "%s: the id of token %s: found %s, expected an integer from 0 to %d"
              .formatted(name, piece, id, LARGEST - 1));
    }
    return id.intValue();
  }
}
