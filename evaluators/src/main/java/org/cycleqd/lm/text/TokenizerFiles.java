package org.cycleqd.lm.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Finds and reads the files that define a tokenizer. */
final class TokenizerFiles {

  static final String SETTINGS = "tokenizer_config.json";
  private static final String DEFINITION = "tokenizer.json";
  private static final String PIECES = "tokenizer.model";
  private static final String ADDED = "added_tokens.json";

  private TokenizerFiles() {}

  static TokenizerDefinition ofFolder(Path folder) throws IOException {
    Path definition = folder.resolve(DEFINITION);
    if (Files.isRegularFile(definition)) {
      return ofFile(definition);
    }
    try {
      if (Files.isRegularFile(folder.resolve(PIECES))) {
        return pieces(SentencePieceModel.read(folder.resolve(PIECES)), folder);
      }
      if (Files.isRegularFile(folder.resolve(Gpt2Files.VOCABULARY))
          && Files.isRegularFile(folder.resolve(Gpt2Files.MERGES))) {
        return Gpt2Files.read(folder, settings(folder), added(folder));
      }
    } catch (IllegalArgumentException e) {
      throw new IOException(e.getMessage(), e);
    }
    throw new NoSuchFileException(
        definition.toString(),
        null,
        "the model folder has no tokenizer.json, tokenizer.model or vocab.json with merges.txt");
  }

  static TokenizerDefinition ofFile(Path file) throws IOException {
    String name = String.valueOf(file.getFileName());
    try {
      if (name.endsWith(".json")) {
        return TokenizerDefinition.parse(file.toString(), text(file));
      }
      PieceVocabulary vocabulary =
          name.endsWith(".bin") ? Llama2cVocabulary.read(file) : SentencePieceModel.read(file);
      return PieceTokenizer.of(vocabulary, List.of(), true);
    } catch (IllegalArgumentException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  /** An object of a folder, or empty where the file is not there. */
  static Optional<ObjectNode> object(Path folder, String name) throws IOException {
    Path file = folder.resolve(name);
    if (!Files.isRegularFile(file)) {
      return Optional.empty();
    }
    try {
      return Optional.of(TokenizerDefinition.object(file.toString(), text(file)));
    } catch (IllegalArgumentException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  static String text(Path file) throws IOException {
    try {
      return Files.readString(file);
    } catch (CharacterCodingException e) {
      throw new IOException("%s: found malformed UTF-8, expected UTF-8".formatted(file), e);
    }
  }

  private static Optional<ObjectNode> settings(Path folder) throws IOException {
    return object(folder, SETTINGS);
  }

  /** Transformers puts the space before every part unless {@code legacy} is false. */
  private static TokenizerDefinition pieces(PieceVocabulary vocabulary, Path folder)
      throws IOException {
    JsonNode settings = settings(folder).<JsonNode>map(s -> s).orElse(emptyObject());
    PieceVocabulary.Rules rules = vocabulary.rules();
    boolean prefix = settings.path("add_prefix_space").asBoolean(rules.prefix());
    PieceVocabulary adjusted =
        new PieceVocabulary(
            vocabulary.name(),
            vocabulary.pieces(),
            vocabulary.isUnigram(),
            vocabulary.byteFallback(),
            new PieceVocabulary.Rules(rules.charsmap(), rules.prefix() && prefix, rules.trims()));
    return PieceTokenizer.of(adjusted, added(folder), settings.path("legacy").asBoolean(true));
  }

  /** The tokens beside the vocabulary, by id. */
  private static List<AddedToken> added(Path folder) throws IOException {
    List<AddedToken> tokens = new ArrayList<>();
    JsonNode decoder =
        settings(folder).map(s -> s.path("added_tokens_decoder")).orElse(emptyObject());
    for (Map.Entry<String, JsonNode> entry : decoder.properties()) {
      JsonNode token = entry.getValue();
      tokens.add(
          new AddedToken(
              id(folder.resolve(SETTINGS), entry.getKey()),
              token.path("content").asText(),
              token.path("special").asBoolean(),
              token.path("normalized").asBoolean(),
              token.path("lstrip").asBoolean(),
              token.path("rstrip").asBoolean(),
              token.path("single_word").asBoolean()));
    }
    if (tokens.isEmpty()) {
      JsonNode ids = object(folder, ADDED).<JsonNode>map(s -> s).orElse(emptyObject());
      for (Map.Entry<String, JsonNode> entry : ids.properties()) {
        tokens.add(
            AddedToken.exact(
                id(folder.resolve(ADDED), entry.getValue().asText()), entry.getKey(), true));
      }
    }
    tokens.sort(Comparator.comparingInt(AddedToken::id));
    return tokens;
  }

  private static int id(Path file, String id) throws IOException {
    if (!id.matches("[0-9]{1,9}")) {
      throw new IOException(
          "%s: added tokens: found id %s, expected an integer".formatted(file, id));
    }
    return Integer.parseInt(id);
  }

  private static JsonNode emptyObject() {
    return JsonNodeFactory.instance.objectNode();
  }
}
