package org.cycleqd.lm.text;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;

/** Writes a SentencePiece vocabulary as a {@code tokenizer.json}, which the library reads. */
final class PieceTokenizer {

  /** More spaces than a text begins with. */
  private static final int ALL = 1 << 20;

  private final PieceVocabulary vocabulary;

  private PieceTokenizer(PieceVocabulary vocabulary) {
    this.vocabulary = vocabulary;
  }

  /**
   * A definition that splits text as SentencePiece does.
   *
   * @param added tokens beside the pieces, or in place of some
   * @param each whether the space before a text also stands before what follows a special token
   */
  static TokenizerDefinition of(PieceVocabulary vocabulary, List<AddedToken> added, boolean each) {
    Prefix prefix = vocabulary.rules().prefix() ? (each ? Prefix.EACH : Prefix.FIRST) : Prefix.NONE;
    PieceTokenizer tokenizer = new PieceTokenizer(vocabulary);
    ObjectNode root = JsonNodeFactory.instance.objectNode().put("version", "1.0");
    tokenizer.split(root, added, false);
    root.putNull("pre_tokenizer");
    tokenizer.decoder(root.putObject("decoder"));
    tokenizer.model(root.putObject("model"));
    ObjectNode parsing = root.objectNode();
    parsing.setAll(root);
    tokenizer.split(parsing, added, prefix == Prefix.EACH);
    return TokenizerDefinition.of(vocabulary.name(), root).with(prefix, parsing);
  }

  /** What comes before the model; with a prefix, it stands before every part of a text. */
  private void split(ObjectNode root, List<AddedToken> added, boolean withPrefix) {
    ArrayNode tokens = root.putArray("added_tokens");
    tokens(added, withPrefix).forEach(token -> token.write(tokens.addObject()));
    root.set("normalizer", normalizer(withPrefix));
  }

  private List<AddedToken> tokens(List<AddedToken> added, boolean withPrefix) {
    List<AddedToken> tokens = new ArrayList<>();
    for (int id = 0; id < vocabulary.pieces().size(); id++) {
      Piece piece = vocabulary.pieces().get(id);
      int place = id;
      if (added.stream().anyMatch(token -> token.id() == place)) {
        continue;
      }
      if (piece.isSpecial()) {
        tokens.add(AddedToken.exact(id, piece.text(), true));
      } else if (piece.kind() == Piece.Kind.USER_DEFINED) {
        tokens.add(userDefined(id, piece.text(), withPrefix));
      }
    }
    tokens.addAll(added);
    return tokens;
  }

  /**
   * SentencePiece keeps such a piece from normalisation and looks for it in the whole text, where
   * spaces are marks already; the library normalises the piece along with the text.
   */
  private AddedToken userDefined(int id, String text, boolean withPrefix) {
    PieceVocabulary.Rules rules = vocabulary.rules();
    boolean marked = text.contains(PieceVocabulary.SPACE);
    boolean changes =
        !rules.charsmap().isEmpty()
            && text.codePoints().anyMatch(c -> c > '~' || Character.isUpperCase(c));
    if (changes || (marked && (withPrefix || rules.trims()))) {
      throw new IllegalArgumentException(
          "%s: piece %d: found a user-defined piece that the model's rules change (%s), expected"
                  .formatted(vocabulary.name(), id, text)
              + " none; use the model's tokenizer.json");
    }
    return new AddedToken(id, text, false, !withPrefix, false, false, false);
  }

  /** The steps before a text is split, with or without the space that begins it. */
  private ObjectNode normalizer(boolean withPrefix) {
    PieceVocabulary.Rules rules = vocabulary.rules();
    ObjectNode normalizer = JsonNodeFactory.instance.objectNode().put("type", "Sequence");
    ArrayNode steps = normalizer.putArray("normalizers");
    if (!rules.charsmap().isEmpty()) {
      steps.addObject().put("type", "Precompiled").put("precompiled_charsmap", rules.charsmap());
    }
    if (rules.trims()) {
      replace(steps.addObject(), "Regex", " {2,}", " ");
      if (withPrefix || !rules.prefix()) {
        replace(steps.addObject(), "Regex", "\\A +", "");
      }
    }
    replace(steps.addObject(), "String", " ", PieceVocabulary.SPACE);
    if (rules.trims()) {
      // At the end SentencePiece no longer tells a mark of the text's own from a space.
      replace(steps.addObject(), "Regex", PieceVocabulary.SPACE + "+\\z", "");
    }
    if (withPrefix) {
      steps.addObject().put("type", "Prepend").put("prepend", PieceVocabulary.SPACE);
    }
    return normalizer;
  }

  private static void replace(ObjectNode step, String form, String pattern, String content) {
    step.put("type", "Replace").putObject("pattern").put(form, pattern);
    step.put("content", content);
  }

  private void decoder(ObjectNode node) {
    ArrayNode steps = node.put("type", "Sequence").putArray("decoders");
    replace(steps.addObject(), "String", PieceVocabulary.SPACE, " ");
    if (vocabulary.byteFallback()) {
      steps.addObject().put("type", "ByteFallback");
    }
    steps.addObject().put("type", "Fuse");
    int spaces = vocabulary.rules().trims() ? ALL : vocabulary.rules().prefix() ? 1 : 0;
    steps.addObject().put("type", "Strip").put("content", " ").put("start", spaces).put("stop", 0);
  }

  private void model(ObjectNode model) {
    List<Piece> pieces = vocabulary.pieces();
    if (vocabulary.isUnigram()) {
      model.put("type", "Unigram").put("unk_id", vocabulary.unknown());
      ArrayNode vocab = model.put("byte_fallback", vocabulary.byteFallback()).putArray("vocab");
      for (Piece piece : pieces) {
        vocab.addArray().add(piece.text()).add(piece.score());
      }
      return;
    }
    model.put("type", "BPE").put("unk_token", pieces.get(vocabulary.unknown()).text());
    model.putNull("dropout").putNull("continuing_subword_prefix").putNull("end_of_word_suffix");
    model.put("fuse_unk", true).put("byte_fallback", vocabulary.byteFallback());
    ObjectNode vocab = model.put("ignore_merges", false).putObject("vocab");
    for (int id = 0; id < pieces.size(); id++) {
      vocab.put(pieces.get(id).text(), id);
    }
    ArrayNode merges = model.putArray("merges");
    PieceMerges.of(vocabulary)
        .forEach(merge -> merges.addArray().add(merge.left()).add(merge.right()));
  }
}
