package org.cycleqd.lm.text;

/** Where SentencePiece's space before a text stands; byte-level tokenizers have none. */
enum Prefix {
  /** Nowhere, or where the definition itself puts it. */
  NONE,
  /** Before the text, unless it begins with a special token. */
  FIRST,
  /** Before the text and after every special token. */
  EACH
}
