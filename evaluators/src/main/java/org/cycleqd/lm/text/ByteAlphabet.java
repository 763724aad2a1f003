package org.cycleqd.lm.text;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;

/**
 * GPT-2's alphabet with one printable character for each byte: printable bytes of Latin-1 stand for
 * themselves, the others, in order, for the characters from U+0100 on.
 */
final class ByteAlphabet {

  private static final int MOVED = 0x100;
  private static final int BELOW = '!';
  private static final int GAP_FROM = 0x7f;
  private static final int GAP_TO = 0xa1;
  private static final int SOFT_HYPHEN = 0xad;
  private static final int LAST_MOVED = MOVED + BELOW + (GAP_TO - GAP_FROM);

  private ByteAlphabet() {}

  /** The bytes that a piece spells; one that is not in the alphabet is taken as it stands. */
  static byte[] bytes(String piece) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(piece.length());
    for (int i = 0; i < piece.length(); i++) {
      int value = value(piece.charAt(i));
      if (value < 0) {
        return piece.getBytes(UTF_8);
      }
      bytes.write(value);
    }
    return bytes.toByteArray();
  }

  private static int value(char c) {
    if (c < MOVED) {
      return c < BELOW || (c >= GAP_FROM && c < GAP_TO) || c == SOFT_HYPHEN ? -1 : c;
    }
    if (c > LAST_MOVED) {
      return -1;
    }
    int place = c - MOVED;
    if (place < BELOW) {
      return place;
    }
    return c == LAST_MOVED ? SOFT_HYPHEN : place - BELOW + GAP_FROM;
  }
}
