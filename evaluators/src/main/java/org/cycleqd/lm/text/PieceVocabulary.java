package org.cycleqd.lm.text;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * All that a SentencePiece model says.
 *
 * @param name where it comes from, for messages
 * @param isUnigram whether the likeliest split is taken; otherwise pairs are merged by score
 * @param byteFallback whether unknown characters become their UTF-8 bytes
 * @param rules what happens to a text before it is split
 */
record PieceVocabulary(
    String name, List<Piece> pieces, boolean isUnigram, boolean byteFallback, Rules rules) {

  /** The mark that stands for a space. */
  static final String SPACE = "\u2581";

  PieceVocabulary {
    pieces = List.copyOf(pieces);
    Set<String> seen = new HashSet<>();
    for (int id = 0; id < pieces.size(); id++) {
      if (!seen.add(pieces.get(id).text())) {
        throw new IllegalArgumentException(
            "%s: piece %d: found %s again, expected every piece once"
                .formatted(name, id, pieces.get(id).text()));
      }
    }
    long unknown = pieces.stream().filter(piece -> piece.kind() == Piece.Kind.UNKNOWN).count();
    if (unknown != 1) {
      throw new IllegalArgumentException(
          "%s: found %d unknown pieces, expected one".formatted(name, unknown));
    }
  }

  /** The id of the piece for what the vocabulary lacks. */
  int unknown() {
    return IntStream.range(0, pieces.size())
        .filter(id -> pieces.get(id).kind() == Piece.Kind.UNKNOWN)
        .findFirst()
        .orElseThrow();
  }

  /**
   * What happens to a text before it is split.
   *
   * @param charsmap SentencePiece's compiled normalisation in Base64, empty for none
   * @param prefix whether a space is put before the text
   * @param trims whether runs of spaces become one and spaces around the text go
   */
  record Rules(String charsmap, boolean prefix, boolean trims) {}
}
