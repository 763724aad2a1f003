package org.cycleqd.lm.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * A tokenizer's definition without its special tokens, for text in which their names are nothing
 * but text. Ids stay: a token is hidden behind a name that no text may contain.
 */
final class HiddenTokens {

  /** What begins a hidden name: characters that Unicode keeps out of texts. */
  private static final String MARK = "\ufdd0\ufdd1";

  private static final Pattern NAMES = Pattern.compile(MARK);
  private static final Pattern NAMES_AND_BYTES = Pattern.compile(MARK + "|<0x[0-9A-F]{2}>");

  private HiddenTokens() {}

  /**
   * What a text may not contain, since it would be taken for a hidden token, or for one of the
   * bytes of a unigram vocabulary, which the library also finds by its name.
   */
  static Pattern refused(ObjectNode root) {
    JsonNode model = root.path("model");
    return model.path("vocab").isArray() && model.path("byte_fallback").asBoolean()
        ? NAMES_AND_BYTES
        : NAMES;
  }

  static ObjectNode hide(ObjectNode root, Vocabulary vocabulary) {
    ObjectNode hidden = root.objectNode();
    hidden.setAll(root);
    Set<String> special = new HashSet<>();
    vocabulary.added().stream()
        .filter(AddedToken::special)
        .forEach(token -> special.add(token.content()));
    hidden.set("model", model((ObjectNode) root.path("model"), special));
    ArrayNode added = hidden.putArray("added_tokens");
    for (AddedToken token : vocabulary.added()) {
      (token.special() ? AddedToken.exact(token.id(), name(token.content()), true) : token)
          .write(added.addObject());
    }
    return hidden;
  }

  private static ObjectNode model(ObjectNode model, Set<String> special) {
    ObjectNode hidden = model.objectNode();
    hidden.setAll(model);
    JsonNode vocab = model.path("vocab");
    if (vocab.isArray()) {
      ArrayNode pieces = hidden.putArray("vocab");
      for (JsonNode pair : vocab) {
        pieces.addArray().add(name(pair.path(0).asText(), special)).add(pair.path(1));
      }
    } else {
      ObjectNode pieces = hidden.putObject("vocab");
      for (Map.Entry<String, JsonNode> entry : vocab.properties()) {
        pieces.set(name(entry.getKey(), special), entry.getValue());
      }
    }
    if (model.path("unk_token") instanceof TextNode unknown) {
      hidden.put("unk_token", name(unknown.textValue(), special));
    }
    return hidden;
  }

  private static String name(String piece, Set<String> special) {
    return special.contains(piece) ? name(piece) : piece;
  }

  private static String name(String piece) {
    return MARK + piece;
  }
}
