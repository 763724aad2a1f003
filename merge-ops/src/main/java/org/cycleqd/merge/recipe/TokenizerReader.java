package org.cycleqd.merge.recipe;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.cycleqd.merge.recipe.TokenizerSettings.Embedding;
import org.cycleqd.merge.recipe.TokenizerSettings.Token;
import org.cycleqd.merge.recipe.TokenizerSettings.Vocabulary;

/** Reads which tokenizer the merged model gets. */
final class TokenizerReader {

  private static final String VOCABULARY = "union, base or a model";

  private static final String KINDS = "model_token or zero";

  private TokenizerReader() {}

  /** The settings under {@code tokenizer_source} or {@code tokenizer}; refuses both at once. */
  static Optional<TokenizerSettings> settingsOf(RecipeNode recipe) throws RecipeException {
    Optional<RecipeNode> tokenizer = recipe.get("tokenizer");
    Optional<RecipeNode> source = recipe.get("tokenizer_source");
    if (tokenizer.isPresent() && source.isPresent()) {
      throw source.get().refusal("tokenizer besides", "one of tokenizer_source and tokenizer");
    }
    if (source.isPresent()) {
      Vocabulary vocabulary = vocabulary(source.get());
      return Optional.of(new TokenizerSettings(vocabulary, Map.of(), OptionalInt.empty()));
    }
    return recipe.get("tokenizer", TokenizerReader::settings);
  }

  private static TokenizerSettings settings(RecipeNode node) throws RecipeException {
    node.requireKeys("source", "tokens", "pad_to_multiple_of");
    Vocabulary source = node.required("source", TokenizerReader::vocabulary, VOCABULARY);
    Map<String, Token> tokens =
        node.get("tokens", map -> map.entries(TokenizerReader::token))
            .orElseGet(LinkedHashMap::new);
    Optional<Integer> multiple = node.get("pad_to_multiple_of", RecipeNode::integer);
    return node.make(() ->
        new TokenizerSettings(
            source, tokens, multiple.map(OptionalInt::of).orElseGet(OptionalInt::empty)));
  }

  private static Vocabulary vocabulary(RecipeNode node) throws RecipeException {
    return switch (node.text()) {
      case "union" -> new Vocabulary.Union();
      case "base" -> new Vocabulary.Base();
      default -> new Vocabulary.OfModel(node.model());
    };
  }

  private static Token token(RecipeNode node) throws RecipeException {
    node.requireKeys("source", "force");
    return new Token(
        node.get("source", TokenizerReader::embedding),
        node.get("force", RecipeNode::flag).orElse(false));
  }

  private static Embedding embedding(RecipeNode node) throws RecipeException {
    if (node.value().isTextual()) {
      return new Embedding.OfModel(node.model());
    }
    node.requireKeys("kind", "model", "token", "token_id");
    String kind = node.required("kind", RecipeNode::text, KINDS);
    return switch (kind) {
      case "zero" -> {
        node.requireKeys("kind");
        yield new Embedding.Zero();
      }
      case "model_token" -> modelToken(node);
      default -> throw node.refusal("kind " + kind, KINDS);
    };
  }

  private static Embedding modelToken(RecipeNode node) throws RecipeException {
    ModelReference model = node.required("model", RecipeNode::model, "a model");
    node.requireOneOf("token", "token_id");
    Optional<RecipeNode> token = node.get("token");
    if (token.isPresent()) {
      return new Embedding.OfToken(model, token.get().text());
    }
    int row = node.required("token_id", RecipeNode::integer, "an integer");
    return node.make(() -> new Embedding.OfTokenId(model, row));
  }
}
