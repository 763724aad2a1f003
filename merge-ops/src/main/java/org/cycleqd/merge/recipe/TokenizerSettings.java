package org.cycleqd.merge.recipe;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Which tokenizer the merged model gets and where the embeddings of its tokens come from.
 *
 * @param source the vocabulary
 * @param tokens embeddings that are not left to the rule, by token
 * @param padToMultipleOf the embedding's rows are filled up to a multiple of this, or empty
 */
public record TokenizerSettings(
    Vocabulary source, Map<String, Token> tokens, OptionalInt padToMultipleOf) {

  /** Copies the map and checks the multiple. */
  public TokenizerSettings {
    tokens = Collections.unmodifiableMap(new LinkedHashMap<>(tokens));
    Requirements.require(
        padToMultipleOf.orElse(1) > 0,
        "pad_to_multiple_of",
        padToMultipleOf.orElse(1),
        "a positive integer");
  }

  /** The tokens of a merged model. */
  public sealed interface Vocabulary {

    /** The tokens of all models. */
    record Union() implements Vocabulary {}

    /** The tokens of the base model. */
    record Base() implements Vocabulary {}

    /** The tokens of one model. */
    record OfModel(ModelReference model) implements Vocabulary {}
  }

  /**
   * How a token gets its embedding.
   *
   * @param source where it comes from, or empty for the rule
   * @param force whether models that have the token get this embedding too
   */
  public record Token(Optional<Embedding> source, boolean force) {}

  /** Where a token's embedding comes from. */
  public sealed interface Embedding {

    /** The same token's embedding in a model. */
    record OfModel(ModelReference model) implements Embedding {}

    /** Another token's embedding in a model. */
    record OfToken(ModelReference model, String token) implements Embedding {}

    /** A row of a model's embedding. */
    record OfTokenId(ModelReference model, int id) implements Embedding {

      /** Checks that the row can exist. */
      public OfTokenId {
        Requirements.require(id >= 0, "token_id", id, "0 or more");
      }
    }

    /** Zeros. */
    record Zero() implements Embedding {}
  }
}
