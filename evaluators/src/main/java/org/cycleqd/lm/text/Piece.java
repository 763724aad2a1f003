package org.cycleqd.lm.text;

/**
 * A token of a SentencePiece vocabulary; its id is its place there.
 *
 * @param text with U+2581 for a space
 * @param score the higher, the sooner it is made (BPE) or the likelier it is (Unigram)
 */
record Piece(String text, float score, Kind kind) {

  /** SentencePiece's types. */
  enum Kind {
    NORMAL,
    UNKNOWN,
    CONTROL,
    USER_DEFINED,
    UNUSED,
    BYTE
  }

  boolean isSpecial() {
    return kind == Kind.CONTROL || kind == Kind.UNKNOWN;
  }
}
